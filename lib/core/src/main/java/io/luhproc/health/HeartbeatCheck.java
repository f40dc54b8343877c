package io.luhproc.health;

import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.DurationRange;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Checks the age of the last {@link Heartbeat#beat}.
 *
 * <p>After the clock is set back, a heartbeat can lie in the future. It fails the check as an old
 * one does; otherwise a hanging process would pass until the clock has caught up.
 *
 * @param maxAge the maximum age of the last heartbeat
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
