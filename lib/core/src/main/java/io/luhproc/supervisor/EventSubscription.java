package io.luhproc.supervisor;

import io.luhproc.time.Deadline;
import io.luhproc.time.Threads;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One subscriber, its buffer and the daemon thread that calls it; a daemon because whoever merely
 * listens keeps no JVM alive. Nothing but the subscriber runs longer than it takes to move one
 * event, and it runs without the lock.
 */
final class EventSubscription implements Flow.Subscription {
  private final Flow.Subscriber<? super SupervisorEvent> subscriber;
  private final Consumer<EventSubscription> whenOver;
  private final Thread thread;

  // Not this: the subscriber has that in its hands, and could hold it while others publish.
  private final Object lock = new Object();

  // Guarded by lock.
  private final EventBuffer buffer = new EventBuffer();
  private long demand;
  private @Nullable IllegalArgumentException refusal;
  private boolean complete;
  private boolean cancelled;

  EventSubscription(
      Flow.Subscriber<? super SupervisorEvent> subscriber, Consumer<EventSubscription> whenOver) {
    this.subscriber = subscriber;
    this.whenOver = whenOver;
    this.thread = Threads.daemon("events-" + subscriber.getClass().getSimpleName(), this::run);
  }

  void start() {
    thread.start();
  }

  /** Hands over an event, for which the oldest may have to make room. */
  void offer(SupervisorEvent event) {
    synchronized (lock) {
      if (!cancelled && !complete) {
        buffer.add(event);
        lock.notifyAll();
      }
    }
  }

  /** Says that no event will follow those that wait. */
  void complete() {
    synchronized (lock) {
      complete = true;
      lock.notifyAll();
    }
  }

  /** Drops the events that wait; the subscriber is told of the end when it is free. */
  void abandon() {
    synchronized (lock) {
      complete = true;
      buffer.clear();
      lock.notifyAll();
    }
  }

  /** Waits until the subscriber was told of the end; called by the subscriber it does not wait. */
  void awaitEnd(Deadline deadline) throws InterruptedException {
    if (Thread.currentThread() != thread) {
      TimeUnit.NANOSECONDS.timedJoin(thread, deadline.remaining().toNanos());
    }
  }

  @Override
  public void request(long n) {
    synchronized (lock) {
      if (n > 0) {
        demand = demand > Long.MAX_VALUE - n ? Long.MAX_VALUE : demand + n;
      } else if (refusal == null) {
        refusal = new IllegalArgumentException("n (" + n + ") must be above 0 (Flow, rule 3.9)");
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
    whenOver.accept(this);
  }

  private void run() {
    try {
      subscriber.onSubscribe(this);
      for (SupervisorEvent event = next(); event != null; event = next()) {
        subscriber.onNext(event);
      }
      end();
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(EventSubscription.class)
          .warn(
              "the event subscriber {} failed; by rule 2.13 of Reactive Streams its subscription"
                  + " is cancelled, and it is given no more events",
              subscriber.getClass().getName(),
              e);
    } finally {
      cancel();
    }
  }

  /** Waits for an event that may be given; null when there will be none. */
  private @Nullable SupervisorEvent next() {
    synchronized (lock) {
      while (!isOver() && !mayGive()) {
        awaitNews();
      }
      if (isOver()) {
        return null;
      }
      demand -= demand == Long.MAX_VALUE ? 0 : 1;
      return buffer.poll();
    }
  }

  private boolean isOver() {
    return cancelled || refusal != null || (complete && buffer.isEmpty());
  }

  private boolean mayGive() {
    return demand > 0 && !buffer.isEmpty();
  }

  private void awaitNews() {
    try {
      while (!isOver() && !mayGive()) {
        lock.wait();
      }
    } catch (InterruptedException ignored) {
      // The subscriber interrupted itself: no wish of ours. It ends by cancelling.
    }
  }

  private void end() {
    IllegalArgumentException refused;
    synchronized (lock) {
      if (cancelled) {
        return;
      }
      refused = refusal;
    }
    if (refused != null) {
      subscriber.onError(refused);
    } else {
      subscriber.onComplete();
    }
  }
}
