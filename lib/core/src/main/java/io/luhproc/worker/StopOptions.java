package io.luhproc.worker;

import io.luhproc.process.Signal;
import java.time.Duration;
import java.util.Optional;

/**
 * How to stop a worker.
 *
 * @param grace how long its processes have to leave by themselves before they are killed; zero
 *     kills at once; default 10 s
 * @param timeout the most that {@code stop} takes in all, waiting for others and for the proof
 *     included; default: the grace and 5 s
 * @param signal what asks them to leave; default TERM
 * @param keepLogs whether the process directory stays; default false
 */
public record StopOptions(Duration grace, Duration timeout, Signal signal, boolean keepLogs) {
  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(5);
  private static final StopOptions DEFAULTS = builder().build();

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when the grace is negative, or the timeout shorter than it
   */
  public StopOptions {
    if (grace.isNegative()) {
      throw new IllegalArgumentException("grace (" + grace + ") must not be negative");
    }
    if (timeout.compareTo(grace) < 0) {
      throw new IllegalArgumentException(
          "timeout (" + timeout + ") must not be shorter than the grace (" + grace + ")");
    }
  }

  /** Returns the options of a plain {@code stop}: TERM, 10 s of grace, the directory goes. */
  public static StopOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Returns a builder of options that take no longer than {@code timeout} in all, of which the last
   * fifth, at most 5 s, is kept back for the kill and its proof.
   */
  public static Builder within(Duration timeout) {
    Duration reserve = timeout.dividedBy(5);
    Duration killReserve = reserve.compareTo(KILL_TIMEOUT) < 0 ? reserve : KILL_TIMEOUT;
    return new Builder().grace(timeout.minus(killReserve)).timeout(timeout);
  }

  /** Returns a builder that begins with {@link #defaults()}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the options of one stop. */
  public static final class Builder {
    private Duration grace = DEFAULT_GRACE;
    private Optional<Duration> timeout = Optional.empty();
    private Signal signal = Signal.TERM;
    private boolean keepLogs;

    private Builder() {}

    /** Sets how long the processes have to leave by themselves; default 10 s. */
    public Builder grace(Duration duration) {
      grace = duration;
      return this;
    }

    /** Sets the most that the call takes in all; default: the grace and 5 s. */
    public Builder timeout(Duration duration) {
      timeout = Optional.of(duration);
      return this;
    }

    /** Sets the signal that asks the processes to leave; default TERM. */
    public Builder signal(Signal stopSignal) {
      signal = stopSignal;
      return this;
    }

    /** Sets whether the process directory stays; default false. */
    public Builder keepLogs(boolean keep) {
      keepLogs = keep;
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException when a value is out of range, see {@link StopOptions}
     */
    public StopOptions build() {
      return new StopOptions(
          grace, timeout.orElseGet(() -> grace.plus(KILL_TIMEOUT)), signal, keepLogs);
    }
  }
}
