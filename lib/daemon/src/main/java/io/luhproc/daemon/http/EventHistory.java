package io.luhproc.daemon.http;

import io.luhproc.service.SupervisorEvent;
import io.luhproc.supervisor.EventRegistration;
import io.luhproc.supervisor.Supervisor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the events of a supervisor, keeps the recent ones and adds them to the open queues.
 *
 * <p>An id is {@code RUN-NUMBER}. The run differs between daemons, so that a client that reconnects
 * after a restart of the daemon receives all events of the new one. Thread-safe.
 */
final class EventHistory implements AutoCloseable {
  private static final int SIZE = 1_000;

  private final String run = Long.toString(System.currentTimeMillis(), 36);
  private final EventCounts counts = new EventCounts();
  private final EventRegistration registration;
  // A queue may be removed while a message is sent to it.
  private final Set<EventQueue> queues = ConcurrentHashMap.newKeySet();
  // Guarded by this, as is the next field.
  private final Deque<NumberedEvent> events = new ArrayDeque<>();
  private long lastNumber;

  /**
   * An event and its message. The message is written when a client first needs it, so a daemon
   * without clients writes none. Guarded by the history.
   */
  private static final class NumberedEvent {
    private final long number;
    private final SupervisorEvent event;
    private @Nullable String message;

    NumberedEvent(long number, SupervisorEvent event) {
      this.number = number;
      this.event = event;
    }

    String message(String run) {
      String written = message;
      if (written == null) {
        written = EventJson.message(run + "-" + number, event);
        message = written;
      }
      return written;
    }
  }

  EventHistory(Supervisor supervisor) {
    registration = supervisor.onEvent(this::add);
  }

  private synchronized void add(SupervisorEvent event) {
    counts.add(event);
    lastNumber++;
    NumberedEvent numbered = new NumberedEvent(lastNumber, event);
    events.add(numbered);
    if (events.size() > SIZE) {
      events.remove();
    }
    queues.forEach(queue -> queue.send(numbered.message(run)));
  }

  EventCounts counts() {
    return counts;
  }

  Answer stream(ApiRequest request) {
    return new StreamReply(StreamFormat.EVENTS, signal -> open(signal, request.lastEventId()));
  }

  /**
   * Returns the events after an id and then all later ones, without a gap.
   *
   * @param signal called when there is an event
   * @param lastEventId the id of the last event that the client has; empty for later events only
   */
  private synchronized EventQueue open(Runnable signal, Optional<String> lastEventId) {
    EventQueue queue = new EventQueue(signal, counts::addDropped, queues::remove);
    if (lastEventId.isPresent()) {
      long last = numberOf(lastEventId.get());
      long oldest = events.isEmpty() ? lastNumber + 1 : events.peek().number;
      if (last + 1 < oldest) {
        queue.send(EventJson.lost(oldest - last - 1));
      }
      for (NumberedEvent event : events) {
        if (event.number > last) {
          queue.send(event.message(run));
        }
      }
    } else {
      // So that the client can resume the stream although no event has come.
      queue.send(EventJson.start(run + "-" + lastNumber));
    }
    queues.add(queue);
    return queue;
  }

  /** Returns the number in an id; 0 if it is not of this run. */
  private long numberOf(String id) {
    try {
      return id.startsWith(run + "-") ? Long.parseLong(id.substring(run.length() + 1)) : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  @Override
  public void close() {
    registration.close();
  }
}
