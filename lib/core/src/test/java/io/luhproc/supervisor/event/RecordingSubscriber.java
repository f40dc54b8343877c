package io.luhproc.supervisor.event;

import io.luhproc.service.SupervisorEvent;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A subscriber that records all signals, with a given initial demand. */
final class RecordingSubscriber implements Flow.Subscriber<SupervisorEvent> {
  private static final int TIMEOUT_SECONDS = 20;

  private final long initialDemand;
  private final Consumer<SupervisorEvent> onNext;
  private final CountDownLatch subscribed = new CountDownLatch(1);
  private final CountDownLatch terminated = new CountDownLatch(1);
  private final BlockingQueue<SupervisorEvent> events = new LinkedBlockingQueue<>();
  private final List<String> signals = new CopyOnWriteArrayList<>();
  private volatile Flow.Subscription subscription;
  private volatile Throwable error;

  private RecordingSubscriber(long initialDemand, Consumer<SupervisorEvent> onNext) {
    this.initialDemand = initialDemand;
    this.onNext = onNext;
  }

  static RecordingSubscriber unbounded() {
    return unbounded(event -> {});
  }

  static RecordingSubscriber unbounded(Consumer<SupervisorEvent> onNext) {
    return new RecordingSubscriber(Long.MAX_VALUE, onNext);
  }

  static RecordingSubscriber requesting(long count) {
    return new RecordingSubscriber(count, event -> {});
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    signals.add("subscribed on " + Thread.currentThread().getName());
    subscription = given;
    if (initialDemand != 0) {
      given.request(initialDemand);
    }
    subscribed.countDown();
  }

  @Override
  public void onNext(SupervisorEvent event) {
    events.add(event);
    onNext.accept(event);
  }

  @Override
  public void onError(Throwable failure) {
    signals.add("error");
    error = failure;
    terminated.countDown();
  }

  @Override
  public void onComplete() {
    signals.add("complete");
    terminated.countDown();
  }

  Flow.Subscription subscription() throws InterruptedException {
    if (!subscribed.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("never subscribed");
    }
    return subscription;
  }

  SupervisorEvent next() throws InterruptedException {
    SupervisorEvent event = events.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("no event; told so far: " + signals);
    }
    return event;
  }

  /** Returns whether no signal arrives for a while. */
  boolean receivesNothing() throws InterruptedException {
    return events.poll(100, TimeUnit.MILLISECONDS) == null;
  }

  void awaitTermination() throws InterruptedException {
    if (!terminated.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("never told of the end; told so far: " + signals);
    }
  }

  boolean isTerminated() {
    return terminated.getCount() == 0;
  }

  Throwable error() {
    return error;
  }

  List<String> signals() {
    return signals;
  }
}
