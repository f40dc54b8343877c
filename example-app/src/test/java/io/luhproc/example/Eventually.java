package io.luhproc.example;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for an effect of another process or thread. */
final class Eventually {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final long POLL_INTERVAL_MILLIS = 20;

  private Eventually() {}

  /** Waits for a condition and returns false if it does not hold within 60 s. */
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
