package io.luhproc.supervisor;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A subscriber that remembers all it is told, asks for what it is made with, and then obeys. */
final class TakesEvents implements Flow.Subscriber<SupervisorEvent> {
  private static final int PATIENCE_SECONDS = 20;

  private final long atFirst;
  private final Consumer<SupervisorEvent> onNext;
  private final CountDownLatch subscribed = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final BlockingQueue<SupervisorEvent> events = new LinkedBlockingQueue<>();
  private final List<String> signals = new CopyOnWriteArrayList<>();
  private volatile Flow.Subscription subscription;
  private volatile Throwable error;

  private TakesEvents(long atFirst, Consumer<SupervisorEvent> onNext) {
    this.atFirst = atFirst;
    this.onNext = onNext;
  }

  static TakesEvents all() {
    return all(event -> {});
  }

  static TakesEvents all(Consumer<SupervisorEvent> onNext) {
    return new TakesEvents(Long.MAX_VALUE, onNext);
  }

  static TakesEvents atFirst(long count) {
    return new TakesEvents(count, event -> {});
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    signals.add("subscribed on " + Thread.currentThread().getName());
    subscription = given;
    if (atFirst != 0) {
      given.request(atFirst);
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
    ended.countDown();
  }

  @Override
  public void onComplete() {
    signals.add("complete");
    ended.countDown();
  }

  Flow.Subscription subscription() throws InterruptedException {
    if (!subscribed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("never subscribed");
    }
    return subscription;
  }

  SupervisorEvent next() throws InterruptedException {
    SupervisorEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("no event; told so far: " + signals);
    }
    return event;
  }

  /** Returns whether nothing comes for as long as it takes to be fairly sure. */
  boolean isLeftAlone() throws InterruptedException {
    return events.poll(100, TimeUnit.MILLISECONDS) == null;
  }

  void awaitEnd() throws InterruptedException {
    if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("never told of the end; told so far: " + signals);
    }
  }

  boolean isEnded() {
    return ended.getCount() == 0;
  }

  Throwable error() {
    return error;
  }

  List<String> signals() {
    return signals;
  }
}
