package io.luhproc.testing;

import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Virtual time that advances at once when a thread sleeps. Thread-safe. */
public final class VirtualTime implements TimeSource {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final List<Runnable> onSleep = new CopyOnWriteArrayList<>();
  private Duration elapsed = Duration.ZERO;
  private Duration clockSetBack = Duration.ZERO;

  /** Returns the time elapsed since creation. */
  public synchronized Duration elapsed() {
    return elapsed;
  }

  /** Advances the time without a sleep. */
  public synchronized void advance(Duration duration) {
    elapsed = elapsed.plus(duration);
  }

  /** Sets the wall clock back; {@link #nanoTime()} is unchanged. */
  public synchronized void setWallClockBack(Duration duration) {
    clockSetBack = clockSetBack.plus(duration);
  }

  /** Adds an action that runs after each sleep and simulates a concurrent event. */
  public void onSleep(Runnable event) {
    onSleep.add(event);
  }

  @Override
  public synchronized Instant now() {
    return START.plus(elapsed).minus(clockSetBack);
  }

  @Override
  public synchronized long nanoTime() {
    return elapsed.toNanos();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted in virtual time");
    }
    advance(duration);
    onSleep.forEach(Runnable::run);
  }
}
