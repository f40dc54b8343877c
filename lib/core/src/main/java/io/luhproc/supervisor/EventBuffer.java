package io.luhproc.supervisor;

import io.luhproc.supervisor.SupervisorEvent.EventsLost;
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
  private Instant lastLost = Instant.EPOCH;
  private long lost;

  void add(SupervisorEvent event) {
    if (events.size() == CAPACITY) {
      lastLost = events.remove().time();
      lost++;
    }
    events.add(event);
  }

  /** Takes the next event: the one that tells of losses where there were some; null when empty. */
  @Nullable SupervisorEvent poll() {
    if (lost == 0) {
      return events.poll();
    }
    EventsLost told = new EventsLost(lastLost, lost);
    lost = 0;
    return told;
  }

  boolean isEmpty() {
    return events.isEmpty() && lost == 0;
  }

  void clear() {
    events.clear();
    lost = 0;
  }
}
