package io.luhproc.service;

import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.DurationRange;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What a launched process must do to become {@link ProcessState#RUNNING}. Until then it is {@code
 * STARTING}, and is stopped after its start timeout.
 *
 * <p>If the process also has a health check, its first success is required too. The check begins
 * once the process has reported that it is ready; it replaces the time of {@link #after}.
 *
 * @since 0.1
 */
public sealed interface Readiness {

  /**
   * Requires that the process stays alive for a time. This is the default, with 200 ms.
   *
   * @param time 0 to 365 days
   * @throws IllegalArgumentException if the time is out of range
   */
  static Readiness after(Duration time) {
    return new AfterTime(time);
  }

  /**
   * Requires that the task calls {@code TaskContext.ready()}. It is not the default of tasks,
   * because one that never calls it would be stopped after the start timeout. Engines cannot do it.
   */
  static Readiness task() {
    return new TaskReady();
  }

  /**
   * Requires a line of stdout or stderr, written since the launch, in which a regular expression is
   * found. Of a process that an engine runs, the log that is copied from the engine counts.
   *
   * @param regex see {@link Pattern}
   * @throws IllegalArgumentException if it is empty or malformed
   */
  static Readiness logLine(String regex) {
    return new LogLine(regex);
  }

  /**
   * Requires {@code READY=1} of sd_notify(3). The process gets {@code NOTIFY_SOCKET} and, if its
   * health check is {@link io.luhproc.health.HealthCheck#heartbeat}, {@code WATCHDOG_USEC}: {@code
   * WATCHDOG=1} is a heartbeat. Needs Linux, and native access on JDK 24 and later. Engines cannot
   * do it.
   */
  static Readiness sdNotify() {
    return new SdNotify();
  }

  /** Returns whether the process itself reports that it is ready. */
  default boolean isReported() {
    return true;
  }

  /** Returns what a start waits for, such as {@code READY=1 of sd_notify(3)}. */
  String describe();

  /**
   * The process stays alive for a time.
   *
   * @param time 0 to 365 days
   */
  record AfterTime(Duration time) implements Readiness {
    /**
     * Creates a condition.
     *
     * @throws IllegalArgumentException if the time is out of range
     */
    public AfterTime {
      DurationRange.checkOrZero("minReadyTime", time);
    }

    @Override
    public boolean isReported() {
      return false;
    }

    @Override
    public String describe() {
      return DurationAndSizeFormat.format(time) + " without an exit";
    }
  }

  /** The task calls {@code TaskContext.ready()}. */
  record TaskReady() implements Readiness {
    @Override
    public String describe() {
      return "its task to call ready()";
    }
  }

  /**
   * The process writes a line.
   *
   * @param regex a regular expression that is found in the line
   */
  record LogLine(String regex) implements Readiness {
    /**
     * Creates a condition.
     *
     * @throws IllegalArgumentException if the expression is empty or malformed
     */
    public LogLine {
      if (regex.isEmpty()) {
        throw new IllegalArgumentException("ready log (" + regex + ") must not be empty");
      }
      try {
        Pattern ignored = Pattern.compile(regex);
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "ready log (" + regex + ") must be a regular expression: " + e.getDescription(), e);
      }
    }

    @Override
    public String describe() {
      return "a line of its output that matches " + regex;
    }
  }

  /** The process sends {@code READY=1}, see sd_notify(3). */
  record SdNotify() implements Readiness {
    @Override
    public String describe() {
      return "READY=1 of sd_notify(3)";
    }
  }
}
