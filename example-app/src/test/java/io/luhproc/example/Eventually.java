package io.luhproc.example;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for what another process or thread does. */
final class Eventually {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final long POLL_INTERVAL_MILLIS = 20;

  private Eventually() {}

  /** Returns whether a condition holds in time. */
  static boolean holds(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      Thread.sleep(POLL_INTERVAL_MILLIS);
    }
    return true;
  }
}
