package io.luhproc.supervisor.event;

import io.luhproc.service.SupervisorEvent;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** Passes every event to a consumer, with unlimited demand. */
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
              "the event listener {} failed at {}; it still receives later events",
              consumer.getClass().getName(),
              event,
              e);
    }
  }

  @Override
  public void onError(Throwable failure) {
    // Reached only after a request of less than one event.
    throw new IllegalStateException("events ended unexpectedly", failure);
  }

  @Override
  public void onComplete() {
    // A consumer is not notified; SupervisorStopping announces the end.
  }
}
