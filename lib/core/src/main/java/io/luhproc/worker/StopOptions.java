package io.luhproc.worker;

import io.luhproc.process.Signal;
import io.luhproc.time.DurationRange;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Options of one stop of a worker. By default: SIGTERM, 10 s of grace, and the directory is
 * deleted.
 *
 * @param grace how long the processes may keep running after the signal before they are killed;
 *     zero kills them at once; default 10 s
 * @param timeout the maximum duration of the stop, including the wait for the directory's lock;
 *     default: grace + 5 s
 * @param signal the signal that requests the stop; default TERM
 * @param keepLogs whether the process directory is kept; default false
 * @since 0.1
 */
public record StopOptions(Duration grace, Duration timeout, Signal signal, boolean keepLogs) {
  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(5);
  private static final StopOptions DEFAULTS = builder().build();

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if the grace period is negative or longer than the timeout, or
   *     if one of them is longer than 365 days
   */
  public StopOptions {
    DurationRange.checkOrZero("grace", grace);
    DurationRange.checkOrZero("timeout", timeout);
    Objects.requireNonNull(signal, "signal");
    if (timeout.compareTo(grace) < 0) {
      throw new IllegalArgumentException(
          "timeout (" + timeout + ") must not be shorter than the grace (" + grace + ")");
    }
  }

  /** Returns the default options: SIGTERM, 10 s of grace, the directory is deleted. */
  public static StopOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Returns a builder with a timeout, whose last fifth (at most 5 s) is reserved for killing.
   *
   * @throws IllegalArgumentException if it is negative or longer than 365 days
   */
  public static Builder within(Duration timeout) {
    DurationRange.checkOrZero("timeout", timeout);
    Duration reserve = timeout.dividedBy(5);
    Duration killReserve = reserve.compareTo(KILL_TIMEOUT) < 0 ? reserve : KILL_TIMEOUT;
    return new Builder().grace(timeout.minus(killReserve)).timeout(timeout);
  }

  /** Returns a builder that begins with {@link #defaults()}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns these options with the process directory kept. */
  StopOptions keepingLogs() {
    return new StopOptions(grace, timeout, signal, true);
  }

  /** A builder of stop options. */
  public static final class Builder {
    private Duration grace = DEFAULT_GRACE;
    private Optional<Duration> timeout = Optional.empty();
    private Signal signal = Signal.TERM;
    private boolean keepLogs;

    private Builder() {}

    /**
     * Sets how long the processes may keep running after the signal; default 10 s.
     *
     * @throws IllegalArgumentException if it is negative or longer than 365 days
     */
    public Builder grace(Duration duration) {
      grace = DurationRange.checkOrZero("grace", duration);
      return this;
    }

    /**
     * Sets the maximum duration of the stop; default: grace + 5 s.
     *
     * @throws IllegalArgumentException if it is negative or longer than 365 days
     */
    public Builder timeout(Duration duration) {
      timeout = Optional.of(DurationRange.checkOrZero("timeout", duration));
      return this;
    }

    /** Sets the signal that requests the stop; default TERM. */
    public Builder signal(Signal stopSignal) {
      signal = Objects.requireNonNull(stopSignal, "stopSignal");
      return this;
    }

    /** Sets whether the process directory is kept; default false. */
    public Builder keepLogs(boolean keep) {
      keepLogs = keep;
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException if a value is invalid, see {@link StopOptions}
     */
    public StopOptions build() {
      return new StopOptions(
          grace,
          timeout.orElseGet(() -> DurationRange.limit(grace.plus(KILL_TIMEOUT))),
          signal,
          keepLogs);
    }
  }
}
