package io.luhproc.supervisor.event;

import io.luhproc.service.SupervisorEvent;
import io.luhproc.service.SupervisorEvent.EventsLost;
import java.time.Instant;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The buffered events of one subscriber; a full buffer drops the oldest. Not thread-safe. */
final class EventBuffer {
  static final int CAPACITY = 1024;

  private final ArrayDeque<SupervisorEvent> events = new ArrayDeque<>();
  private Instant lastLostAt = Instant.EPOCH;
  private long lostCount;

  void add(SupervisorEvent event) {
    if (events.size() == CAPACITY) {
      lastLostAt = events.remove().time();
      lostCount++;
    }
    events.add(event);
  }

  /** Removes and returns the next event, which reports losses first; null when empty. */
  @Nullable SupervisorEvent poll() {
    if (lostCount == 0) {
      return events.poll();
    }
    EventsLost lossEvent = new EventsLost(lastLostAt, lostCount);
    lostCount = 0;
    return lossEvent;
  }

  boolean isEmpty() {
    return events.isEmpty() && lostCount == 0;
  }

  void clear() {
    events.clear();
    lostCount = 0;
  }
}
