package io.luhproc.daemon.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The events that a client has not received yet.
 *
 * <p>A client that reads too slowly loses messages and receives their number. Thread-safe.
 */
final class EventQueue implements MessageSource {
  private static final int MAX_PENDING = 1_024;

  private final Runnable signal;
  private final LongConsumer dropListener;
  private final Consumer<EventQueue> closeListener;
  // Guarded by this, as is the next field.
  private final Deque<String> pending = new ArrayDeque<>();
  private long lost;

  /**
   * Creates a queue.
   *
   * @param signal called when there is a message
   * @param dropListener called with the number of messages that were dropped
   * @param closeListener called when the stream ends
   */
  EventQueue(Runnable signal, LongConsumer dropListener, Consumer<EventQueue> closeListener) {
    this.dropListener = dropListener;
    this.signal = signal;
    this.closeListener = closeListener;
  }

  /** Sends a message as soon as the client takes it. */
  void send(String message) {
    synchronized (this) {
      if (pending.size() >= MAX_PENDING) {
        lost++;
        dropListener.accept(1);
        return;
      }
      pending.add(message);
    }
    signal.run();
  }

  @Override
  public synchronized Optional<String> next() {
    if (lost > 0 && pending.isEmpty()) {
      pending.add(EventJson.lost(lost));
      lost = 0;
    }
    return Optional.ofNullable(pending.poll());
  }

  @Override
  public void close() {
    closeListener.accept(this);
  }
}
