package io.luhproc.cli.service;

import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.EventStream;
import io.luhproc.cli.client.ServiceView;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** Waits for states of services. */
final class ServiceWatcher {
  // The status may be published shortly after its event.
  private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

  private ServiceWatcher() {}

  /**
   * Asks for the status of all services at once and after events, until a condition holds.
   *
   * @return whether it held before the timeout
   */
  static boolean await(
      DaemonClient client, Predicate<List<ServiceView>> condition, Duration timeout) {
    Deadline deadline = Deadline.after(TimeSource.system(), timeout);
    try (EventStream events = client.openEvents("/events", "")) {
      while (!condition.test(client.services())) {
        Duration left = deadline.remaining();
        if (left.isZero()) {
          return false;
        }
        // A stream that has ended means that the daemon ends; the next request says so.
        boolean ignored = events.awaitChange(left.compareTo(MAX_PAUSE) < 0 ? left : MAX_PAUSE);
      }
      return true;
    }
  }
}
