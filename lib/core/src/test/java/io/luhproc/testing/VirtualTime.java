package io.luhproc.testing;

import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Virtual time that advances at once when a thread sleeps. Not thread-safe. */
public final class VirtualTime implements TimeSource {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final List<Runnable> onSleep = new ArrayList<>();
  private Duration elapsed = Duration.ZERO;
  private Duration clockSetBack = Duration.ZERO;

  /** Returns the time elapsed since creation. */
  public Duration elapsed() {
    return elapsed;
  }

  /** Advances the time without a sleep. */
  public void advance(Duration duration) {
    elapsed = elapsed.plus(duration);
  }

  /** Sets the wall clock back; {@link #nanoTime()} is unchanged. */
  public void setWallClockBack(Duration duration) {
    clockSetBack = clockSetBack.plus(duration);
  }

  /** Adds an action that runs after each sleep and simulates a concurrent event. */
  public void onSleep(Runnable event) {
    onSleep.add(event);
  }

  @Override
  public Instant now() {
    return START.plus(elapsed).minus(clockSetBack);
  }

  @Override
  public long nanoTime() {
    return elapsed.toNanos();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted in virtual time");
    }
    elapsed = elapsed.plus(duration);
    onSleep.forEach(Runnable::run);
  }
}
