package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.RestartIntensity;
import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Applies the restart intensity of a service. */
final class ServicePolicy {
  private ServicePolicy() {}

  /** Returns the times of the restarts within the period, with one more now. */
  static List<Duration> addRestart(
      RestartIntensity intensity, List<Duration> before, Duration now) {
    Duration oldest = now.minus(intensity.period());
    List<Duration> recent = new ArrayList<>(before);
    recent.removeIf(it -> it.compareTo(oldest) <= 0);
    recent.add(now);
    return recent;
  }

  /** Returns the cause of a failure by too many restarts, the last one of a process. */
  static Cause intensityExceeded(RestartIntensity limit, String process, Cause last) {
    String maximum =
        limit.maxRestarts() + " restarts within " + DurationAndSizeFormat.format(limit.period());
    return new Cause(
        Cause.Kind.INTENSITY_EXCEEDED,
        "more than %s, last of %s: %s".formatted(maximum, process, last.detail()));
  }
}
