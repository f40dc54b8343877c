package io.luhproc.supervisor.event;

import io.luhproc.service.SupervisorEvent;
import io.luhproc.service.SupervisorEvent.EventsLost;
import java.time.Instant;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The events that wait for one subscriber. When it is full the oldest makes room for the newest, so
 * what is lost always lies before all that is left. For one thread at a time.
 */
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

  /** Takes the next event: the one that tells of losses where there were some; null when empty. */
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
