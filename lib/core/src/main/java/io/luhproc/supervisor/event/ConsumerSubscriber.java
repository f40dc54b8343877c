package io.luhproc.supervisor.event;

import io.luhproc.service.SupervisorEvent;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** Gives every event to a consumer, whatever it throws: it knows nothing of subscriptions. */
final class ConsumerSubscriber implements Flow.Subscriber<SupervisorEvent> {
  private final Consumer<? super SupervisorEvent> consumer;

  ConsumerSubscriber(Consumer<? super SupervisorEvent> consumer) {
    this.consumer = consumer;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(SupervisorEvent event) {
    try {
      consumer.accept(event);
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(ConsumerSubscriber.class)
          .warn(
              "the event listener {} failed at {}; it is given the next events all the same",
              consumer.getClass().getName(),
              event,
              e);
    }
  }

  @Override
  public void onError(Throwable failure) {
    // Only a request of less than one event would lead here.
    throw new IllegalStateException("events ended unasked", failure);
  }

  @Override
  public void onComplete() {
    // A consumer is not told of the end; the last event was SupervisorStopping or what followed.
  }
}
