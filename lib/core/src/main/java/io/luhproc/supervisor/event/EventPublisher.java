package io.luhproc.supervisor.event;

import io.luhproc.service.SupervisorEvent;
import io.luhproc.supervisor.EventRegistration;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Gives events to any number of subscribers, each on a daemon thread of its own and as fast as it
 * asks for them. The last 1024 events wait for a slow one; of those before, it is told the number.
 * Publishing takes a moment whatever the subscribers do: one that throws is logged and cancelled,
 * one that never returns keeps its own thread and nothing else.
 */
public final class EventPublisher implements Flow.Publisher<SupervisorEvent>, AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final List<EventSubscription> subscriptions = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  /**
   * Gives an event to whoever is subscribed now. Subscribers see events in one order only when one
   * thread publishes. Does nothing once the feed is closed.
   */
  public void publish(SupervisorEvent event) {
    if (!closed) {
      for (EventSubscription subscription : subscriptions) {
        subscription.offer(event);
      }
    }
  }

  /** Gives a subscriber the events from now on; it is called on a thread of its own only. */
  @Override
  public void subscribe(Flow.Subscriber<? super SupervisorEvent> subscriber) {
    EventSubscription ignored = addSubscription(subscriber);
  }

  /** Gives a consumer every event from now on. What it throws is logged and ends nothing. */
  public EventRegistration onEvent(Consumer<? super SupervisorEvent> consumer) {
    EventSubscription subscription =
        addSubscription(new ConsumerSubscriber(Objects.requireNonNull(consumer, "consumer")));
    return subscription::cancel;
  }

  private EventSubscription addSubscription(Flow.Subscriber<? super SupervisorEvent> subscriber) {
    EventSubscription subscription =
        new EventSubscription(
            Objects.requireNonNull(subscriber, "subscriber"), subscriptions::remove);
    subscriptions.add(subscription);
    // After adding: either we see that the feed is closed, or close() sees the subscription.
    if (closed) {
      subscription.complete();
    }
    try {
      subscription.start();
    } catch (Error e) {
      // There may be no more threads; then there must not be a buffer that nobody empties either.
      subscription.cancel();
      throw e;
    }
    return subscription;
  }

  /**
   * Tells the subscribers that there are no more events, after those that wait for them. Whoever
   * has not taken these after 2 s loses them, and is told of the end once it is free.
   */
  @Override
  public void close() {
    closed = true;
    List<EventSubscription> open = List.copyOf(subscriptions);
    open.forEach(EventSubscription::complete);
    awaitTermination(open);
    open.forEach(EventSubscription::discardPending);
  }

  private static void awaitTermination(List<EventSubscription> open) {
    Deadline deadline = Deadline.after(TimeSource.system(), CLOSE_TIMEOUT);
    try {
      for (EventSubscription subscription : open) {
        subscription.awaitTermination(deadline);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
