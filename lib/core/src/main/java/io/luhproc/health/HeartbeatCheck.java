package io.luhproc.health;

import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.DurationRange;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Looks at the age of the file that {@link Heartbeat#beat} touches. A beat from the future, left by
 * a clock that was set back, proves as little as an old one: who hangs would pass until the clock
 * has caught up.
 *
 * @param maxAge the most that a beat may be old
 */
record HeartbeatCheck(Duration maxAge) implements HealthCheck {

  HeartbeatCheck {
    DurationRange.check("maxAge", maxAge);
  }

  @Override
  public HealthResult check(CheckContext context) throws IOException {
    Optional<Instant> lastBeat = Heartbeat.lastBeat(context.directory());
    if (lastBeat.isEmpty()) {
      return HealthResult.unhealthy("no heartbeat yet");
    }
    Duration age = Duration.between(lastBeat.get(), TimeSource.system().now());
    String text = DurationAndSizeFormat.format(age.abs());
    if (age.compareTo(maxAge) > 0) {
      return HealthResult.unhealthy(
          "last heartbeat "
              + text
              + " ago, at most "
              + DurationAndSizeFormat.format(maxAge)
              + " expected");
    }
    return age.negated().compareTo(maxAge) > 0
        ? HealthResult.unhealthy(
            "last heartbeat " + text + " in the future: the clock was set back")
        : HealthResult.healthy("last heartbeat " + text + " ago");
  }

  @Override
  public String describe() {
    return "heartbeat within " + DurationAndSizeFormat.format(maxAge);
  }
}
