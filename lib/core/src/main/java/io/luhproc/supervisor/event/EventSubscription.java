package io.luhproc.supervisor.event;

import io.luhproc.service.SupervisorEvent;
import io.luhproc.time.Deadline;
import io.luhproc.time.Threads;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One subscriber with its buffer and the daemon thread that calls it. The subscriber runs without
 * the lock.
 */
final class EventSubscription implements Flow.Subscription {
  private final Flow.Subscriber<? super SupervisorEvent> subscriber;
  private final Consumer<EventSubscription> onTermination;
  private final Thread thread;

  // Not this: the subscriber has a reference to it and could lock it.
  private final Object lock = new Object();

  // Guarded by lock.
  private final EventBuffer buffer = new EventBuffer();
  private long demand;
  private @Nullable IllegalArgumentException requestError;
  private boolean completed;
  private boolean cancelled;

  EventSubscription(
      Flow.Subscriber<? super SupervisorEvent> subscriber,
      Consumer<EventSubscription> onTermination) {
    this.subscriber = subscriber;
    this.onTermination = onTermination;
    this.thread = Threads.daemon("events-" + subscriber.getClass().getSimpleName(), this::run);
  }

  void start() {
    thread.start();
  }

  /** Buffers an event; a full buffer drops the oldest. */
  void offer(SupervisorEvent event) {
    synchronized (lock) {
      if (!cancelled && !completed) {
        buffer.add(event);
        lock.notifyAll();
      }
    }
  }

  /** Completes the subscription after the buffered events. */
  void complete() {
    synchronized (lock) {
      completed = true;
      lock.notifyAll();
    }
  }

  /** Drops the buffered events and completes the subscription. */
  void discardPending() {
    synchronized (lock) {
      completed = true;
      buffer.clear();
      lock.notifyAll();
    }
  }

  /** Waits until the subscriber is complete; does not wait on the subscriber's own thread. */
  void awaitTermination(Deadline deadline) throws InterruptedException {
    if (Thread.currentThread() != thread) {
      TimeUnit.NANOSECONDS.timedJoin(thread, deadline.remaining().toNanos());
    }
  }

  @Override
  public void request(long n) {
    synchronized (lock) {
      if (n > 0) {
        demand = demand > Long.MAX_VALUE - n ? Long.MAX_VALUE : demand + n;
      } else if (requestError == null) {
        requestError =
            new IllegalArgumentException("n (" + n + ") must be above 0 (Flow, rule 3.9)");
      }
      lock.notifyAll();
    }
  }

  @Override
  public void cancel() {
    synchronized (lock) {
      cancelled = true;
      buffer.clear();
      lock.notifyAll();
    }
    onTermination.accept(this);
  }

  private void run() {
    try {
      subscriber.onSubscribe(this);
      for (SupervisorEvent event = takeNext(); event != null; event = takeNext()) {
        subscriber.onNext(event);
      }
      signalTermination();
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(EventSubscription.class)
          .warn(
              "the event subscriber {} failed; its subscription is cancelled (Reactive Streams,"
                  + " rule 2.13)",
              subscriber.getClass().getName(),
              e);
    } finally {
      cancel();
    }
  }

  /** Waits for the next requested event; returns null at the end. */
  private @Nullable SupervisorEvent takeNext() {
    synchronized (lock) {
      while (!isTerminated() && !hasDeliverable()) {
        awaitChange();
      }
      if (isTerminated()) {
        return null;
      }
      demand -= demand == Long.MAX_VALUE ? 0 : 1;
      return buffer.poll();
    }
  }

  private boolean isTerminated() {
    return cancelled || requestError != null || (completed && buffer.isEmpty());
  }

  private boolean hasDeliverable() {
    return demand > 0 && !buffer.isEmpty();
  }

  private void awaitChange() {
    try {
      while (!isTerminated() && !hasDeliverable()) {
        lock.wait();
      }
    } catch (InterruptedException ignored) {
      // The subscriber interrupted its own thread; only cancel() ends the subscription.
    }
  }

  private void signalTermination() {
    IllegalArgumentException refused;
    synchronized (lock) {
      if (cancelled) {
        return;
      }
      refused = requestError;
    }
    if (refused != null) {
      subscriber.onError(refused);
    } else {
      subscriber.onComplete();
    }
  }
}
