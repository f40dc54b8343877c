package io.luhproc.supervisor.event;

import io.luhproc.service.SupervisorEvent;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Publishes events to any number of subscribers, each on its own daemon thread and by its own
 * demand.
 *
 * <p>A slow subscriber's buffer of 1024 events drops the oldest and reports how many. Publishing
 * never waits for a subscriber: one that throws is logged and cancelled, one that never returns
 * occupies only its own thread.
 */
public final class EventPublisher implements Flow.Publisher<SupervisorEvent>, AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final List<EventSubscription> subscriptions = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  /**
   * Publishes an event to the present subscribers. They see all events in the same order only if
   * one thread publishes. Does nothing after the close.
   */
  public void publish(SupervisorEvent event) {
    if (!closed) {
      for (EventSubscription subscription : subscriptions) {
        subscription.offer(event);
      }
    }
  }

  /** Adds a subscriber; it is called only on its own thread. */
  @Override
  public void subscribe(Flow.Subscriber<? super SupervisorEvent> subscriber) {
    EventSubscription ignored = addSubscription(subscriber);
  }

  /**
   * Passes every event from now on to a consumer, whose exceptions are logged.
   *
   * @return an action that ends the subscription
   */
  public Runnable onEvent(Consumer<? super SupervisorEvent> consumer) {
    EventSubscription subscription =
        addSubscription(new ConsumerSubscriber(Objects.requireNonNull(consumer, "consumer")));
    return subscription::cancel;
  }

  private EventSubscription addSubscription(Flow.Subscriber<? super SupervisorEvent> subscriber) {
    EventSubscription subscription =
        new EventSubscription(
            Objects.requireNonNull(subscriber, "subscriber"), subscriptions::remove);
    subscriptions.add(subscription);
    // After adding: either this thread sees the close, or close() sees the subscription.
    if (closed) {
      subscription.complete();
    }
    try {
      subscription.start();
    } catch (Error e) {
      // Without a thread the buffer would never be emptied.
      subscription.cancel();
      throw e;
    }
    return subscription;
  }

  /**
   * Completes all subscriptions after their buffered events. A subscriber that has not received
   * them within 2 s loses them.
   */
  @Override
  public void close() {
    closed = true;
    List<EventSubscription> active = List.copyOf(subscriptions);
    active.forEach(EventSubscription::complete);
    awaitTermination(active);
    active.forEach(EventSubscription::discardPending);
  }

  private static void awaitTermination(List<EventSubscription> active) {
    Deadline deadline = Deadline.after(TimeSource.system(), CLOSE_TIMEOUT);
    try {
      for (EventSubscription subscription : active) {
        subscription.awaitTermination(deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
