package io.luhproc.daemon.http;

import io.luhproc.service.ProcessState;
import io.luhproc.service.SupervisorEvent;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts failures of processes and dropped events, for metrics. Thread-safe. */
final class EventCounts {
  private final Map<Failure, LongAdder> failures = new ConcurrentHashMap<>();
  private final LongAdder dropped = new LongAdder();

  /** A kind of failure of a process. */
  record Failure(String service, String process, String reason) {}

  void add(SupervisorEvent event) {
    if (event instanceof SupervisorEvent.ProcessChanged changed) {
      if (changed.to() == ProcessState.BACKOFF || changed.to() == ProcessState.FAILED) {
        String reason = changed.cause().kind().name().toLowerCase(Locale.ROOT);
        Failure failure = new Failure(changed.service(), changed.process(), reason);
        failures.computeIfAbsent(failure, unused -> new LongAdder()).increment();
      }
    } else if (event instanceof SupervisorEvent.ServiceRemoved removed) {
      failures.keySet().removeIf(it -> it.service().equals(removed.service()));
    } else if (event instanceof SupervisorEvent.EventsLost lost) {
      addDropped(lost.count());
    }
  }

  void addDropped(long count) {
    dropped.add(count);
  }

  Map<Failure, LongAdder> failures() {
    return failures;
  }

  long dropped() {
    return dropped.sum();
  }
}
