package io.luhproc.supervisor.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.service.SupervisorEvent;
import io.luhproc.service.SupervisorEvent.EventsLost;
import io.luhproc.service.SupervisorEvent.SupervisorStopping;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Subscribers receive events by their demand, and affect neither each other nor the publisher. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
final class EventPublisherTest {
  private final EventPublisher publisher = new EventPublisher();
  private final CountDownLatch testIsOver = new CountDownLatch(1);

  @AfterEach
  void closePublisher() {
    testIsOver.countDown();
    publisher.close();
  }

  private static SupervisorEvent event(int number) {
    return new SupervisorStopping(Instant.ofEpochSecond(number), "number " + number);
  }

  private void publish(int from, int to) {
    for (int i = from; i <= to; i++) {
      publisher.publish(event(i));
    }
  }

  private void stayUntilTestIsOver() {
    boolean over = false;
    while (!over) {
      try {
        over = testIsOver.await(1, TimeUnit.MINUTES);
      } catch (InterruptedException ignored) {
        // It never returns.
      }
    }
  }

  @Test
  void everySubscriberReceivesEveryEventInOrder() throws InterruptedException {
    RecordingSubscriber one = RecordingSubscriber.unbounded();
    RecordingSubscriber other = RecordingSubscriber.unbounded();
    publisher.subscribe(one);
    publisher.subscribe(other);
    publish(1, 500);
    for (int i = 1; i <= 500; i++) {
      assertThat(one.next()).isEqualTo(event(i));
      assertThat(other.next()).isEqualTo(event(i));
    }
  }

  @Test
  void eventPublishedRightAfterSubscribeIsDeliveredToUnreadySubscriber()
      throws InterruptedException {
    RecordingSubscriber late = RecordingSubscriber.requesting(0);
    publisher.subscribe(late);
    publish(1, 2);
    late.subscription().request(2);
    assertThat(late.next()).isEqualTo(event(1));
    assertThat(late.next()).isEqualTo(event(2));
  }

  @Test
  void eventPublishedBeforeSubscribeIsNotDelivered() throws InterruptedException {
    publish(1, 1);
    RecordingSubscriber subscriber = RecordingSubscriber.unbounded();
    publisher.subscribe(subscriber);
    publish(2, 2);
    assertThat(subscriber.next()).isEqualTo(event(2));
  }

  @Test
  void deliveryNeverExceedsDemand() throws InterruptedException {
    RecordingSubscriber two = RecordingSubscriber.requesting(2);
    publisher.subscribe(two);
    publish(1, 5);
    assertThat(two.next()).isEqualTo(event(1));
    assertThat(two.next()).isEqualTo(event(2));
    assertThat(two.receivesNothing()).isTrue();
    two.subscription().request(1);
    assertThat(two.next()).isEqualTo(event(3));
    assertThat(two.receivesNothing()).isTrue();
  }

  @Test
  void demandAddsUpWithoutOverflow() throws InterruptedException {
    RecordingSubscriber subscriber = RecordingSubscriber.requesting(Long.MAX_VALUE - 1);
    publisher.subscribe(subscriber);
    subscriber.subscription().request(Long.MAX_VALUE);
    publish(1, 3);
    for (int i = 1; i <= 3; i++) {
      assertThat(subscriber.next()).isEqualTo(event(i));
    }
  }

  @Test
  void requestOfZeroEndsSubscriptionWithError() throws InterruptedException {
    for (long request : new long[] {0, -1, Long.MIN_VALUE}) {
      RecordingSubscriber wrong = RecordingSubscriber.requesting(0);
      publisher.subscribe(wrong);
      wrong.subscription().request(request);
      wrong.subscription().request(5);
      wrong.awaitTermination();
      publish(1, 1);
      assertThat(wrong.error())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("n (" + request + ") must be above 0 (Flow, rule 3.9)");
      assertThat(wrong.receivesNothing()).isTrue();
      assertThat(wrong.signals()).hasSize(2).last().isEqualTo("error");
    }
  }

  @Test
  void slowSubscriberLosesOldestEventsAndReceivesCountAndTime() throws InterruptedException {
    RecordingSubscriber slow = RecordingSubscriber.requesting(0);
    publisher.subscribe(slow);
    publish(1, 1024 + 76);
    slow.subscription().request(Long.MAX_VALUE);
    assertThat(slow.next()).isEqualTo(new EventsLost(Instant.ofEpochSecond(76), 76));
    for (int i = 77; i <= 1100; i++) {
      assertThat(slow.next()).isEqualTo(event(i));
    }
    publish(1101, 1101);
    assertThat(slow.next()).isEqualTo(event(1101));
  }

  @Test
  void lossEventTakesPlaceOfLostEvents() throws InterruptedException {
    RecordingSubscriber slow = RecordingSubscriber.requesting(2);
    publisher.subscribe(slow);
    publish(1, 2);
    assertThat(slow.next()).isEqualTo(event(1));
    assertThat(slow.next()).isEqualTo(event(2));
    publish(3, 1024 + 12);
    slow.subscription().request(1);
    assertThat(slow.next()).isEqualTo(new EventsLost(Instant.ofEpochSecond(12), 10));
    publish(2001, 2003);
    slow.subscription().request(2);
    assertThat(slow.next()).isEqualTo(new EventsLost(Instant.ofEpochSecond(15), 3));
    assertThat(slow.next()).isEqualTo(event(16));
  }

  @Test
  void fullBufferLosesNothing() throws InterruptedException {
    RecordingSubscriber slow = RecordingSubscriber.requesting(0);
    publisher.subscribe(slow);
    publish(1, 1024);
    slow.subscription().request(Long.MAX_VALUE);
    for (int i = 1; i <= 1024; i++) {
      assertThat(slow.next()).isEqualTo(event(i));
    }
  }

  @Test
  void blockedSubscriberBlocksOnlyItsOwnThread() throws InterruptedException {
    publisher.subscribe(RecordingSubscriber.unbounded(event -> stayUntilTestIsOver()));
    RecordingSubscriber good = RecordingSubscriber.unbounded();
    publisher.subscribe(good);
    for (int i = 1; i <= 3000; i++) {
      publisher.publish(event(i));
      assertThat(good.next()).isEqualTo(event(i));
    }
  }

  @Test
  void subscriberLockingItsSubscriptionBlocksNoOther() throws InterruptedException {
    CompletableFuture<RecordingSubscriber> own = new CompletableFuture<>();
    RecordingSubscriber locking =
        RecordingSubscriber.unbounded(
            event -> {
              synchronized (subscriptionOf(own.join())) {
                stayUntilTestIsOver();
              }
            });
    own.complete(locking);
    RecordingSubscriber good = RecordingSubscriber.unbounded();
    publisher.subscribe(locking);
    publisher.subscribe(good);
    publish(1, 1);
    assertThat(locking.next()).isEqualTo(event(1));
    assertThat(good.next()).isEqualTo(event(1));
    publish(2, 2);
    assertThat(good.next()).isEqualTo(event(2));
  }

  private static Object subscriptionOf(RecordingSubscriber subscriber) {
    try {
      return subscriber.subscription();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void throwingSubscriberIsCancelledWithoutEffectOnOthers() throws InterruptedException {
    RecordingSubscriber angry =
        RecordingSubscriber.unbounded(
            event -> {
              throw new IllegalStateException("on purpose");
            });
    RecordingSubscriber good = RecordingSubscriber.unbounded();
    publisher.subscribe(angry);
    publisher.subscribe(good);
    publish(1, 1);
    assertThat(angry.next()).isEqualTo(event(1));
    awaitThreads(1);
    publish(2, 2);
    assertThat(good.next()).isEqualTo(event(1));
    assertThat(good.next()).isEqualTo(event(2));
    assertThat(angry.receivesNothing()).isTrue();
    assertThat(angry.signals()).hasSize(1);
  }

  @Test
  void errorInSubscriberIsHandledLikeException() throws InterruptedException {
    RecordingSubscriber broken =
        RecordingSubscriber.unbounded(
            event -> {
              throw new NoClassDefFoundError("on purpose");
            });
    publisher.subscribe(broken);
    publish(1, 1);
    assertThat(broken.next()).isEqualTo(event(1));
    awaitThreads(0);
  }

  private static void awaitThreads(int count) {
    Eventually.holds(count + " threads for events", () -> threads() == count);
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("luhproc-events-"))
        .count();
  }

  @Test
  void selfInterruptedSubscriberKeepsReceiving() throws InterruptedException {
    RecordingSubscriber hasty =
        RecordingSubscriber.unbounded(event -> Thread.currentThread().interrupt());
    publisher.subscribe(hasty);
    for (int i = 1; i <= 3; i++) {
      publish(i, i);
      assertThat(hasty.next()).isEqualTo(event(i));
    }
  }

  @Test
  void subscriberCancellingInOnNextReceivesNoMore() throws InterruptedException {
    CompletableFuture<RecordingSubscriber> own = new CompletableFuture<>();
    RecordingSubscriber leaving =
        RecordingSubscriber.unbounded(
            event -> {
              cancel(own.join());
              cancel(own.join());
              requestZero(own.join());
            });
    own.complete(leaving);
    publisher.subscribe(leaving);
    publish(1, 10);
    assertThat(leaving.next()).isEqualTo(event(1));
    awaitThreads(0);
    publish(11, 12);
    assertThat(leaving.receivesNothing()).isTrue();
    assertThat(leaving.signals()).hasSize(1);
  }

  private static void requestZero(RecordingSubscriber subscriber) {
    try {
      subscriber.subscription().request(-1);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void cancel(RecordingSubscriber subscriber) {
    try {
      subscriber.subscription().cancel();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void subscribersCanJoinAndLeaveDuringPublish() throws InterruptedException {
    AtomicBoolean publishing = new AtomicBoolean(true);
    Thread publisherThread =
        new Thread(
            () -> {
              for (int i = 1; publishing.get(); i++) {
                publisher.publish(event(i));
              }
            });
    publisherThread.start();
    try {
      for (int i = 0; i < 200; i++) {
        RecordingSubscriber subscriber = RecordingSubscriber.unbounded();
        publisher.subscribe(subscriber);
        assertThat(subscriber.next()).isNotNull();
        subscriber.subscription().cancel();
      }
    } finally {
      publishing.set(false);
      publisherThread.join();
    }
    awaitThreads(0);
  }

  @Test
  void subscriberIsAlwaysCalledOnItsOwnThread() throws InterruptedException {
    RecordingSubscriber subscriber = RecordingSubscriber.unbounded();
    publisher.subscribe(subscriber);
    subscriber.subscription();
    assertThat(subscriber.signals())
        .containsExactly("subscribed on luhproc-events-RecordingSubscriber");
  }

  @Test
  void closeDeliversPendingEventsThenCompletes() throws InterruptedException {
    RecordingSubscriber slow = RecordingSubscriber.unbounded(event -> Thread.onSpinWait());
    publisher.subscribe(slow);
    publish(1, 1000);
    publisher.close();
    for (int i = 1; i <= 1000; i++) {
      assertThat(slow.next()).isEqualTo(event(i));
    }
    assertThat(slow.signals()).last().isEqualTo("complete");
    assertThat(threads()).isZero();
    publisher.close();
    publish(1001, 1001);
    assertThat(slow.receivesNothing()).isTrue();
    assertThat(slow.signals()).hasSize(2);
  }

  @Test
  void closeIsNotBlockedByHangingOrIdleSubscribers() throws InterruptedException {
    RecordingSubscriber idle = RecordingSubscriber.requesting(0);
    RecordingSubscriber stuck = RecordingSubscriber.unbounded(event -> stayUntilTestIsOver());
    publisher.subscribe(idle);
    publisher.subscribe(stuck);
    publish(1, 3);
    long start = System.nanoTime();
    publisher.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    idle.awaitTermination();
    assertThat(stuck.isTerminated()).isFalse();
    testIsOver.countDown();
    stuck.awaitTermination();
    assertThat(stuck.next()).isEqualTo(event(1));
    assertThat(stuck.receivesNothing()).isTrue();
    assertThat(stuck.signals()).last().isEqualTo("complete");
  }

  @Test
  void subscriberCanClosePublisher() throws InterruptedException {
    RecordingSubscriber closing = RecordingSubscriber.unbounded(event -> publisher.close());
    publisher.subscribe(closing);
    publish(1, 1);
    closing.awaitTermination();
    assertThat(closing.next()).isEqualTo(event(1));
  }

  @Test
  void subscribeAfterCloseCompletesImmediately() throws InterruptedException {
    publisher.close();
    RecordingSubscriber late = RecordingSubscriber.unbounded();
    publisher.subscribe(late);
    late.awaitTermination();
    assertThat(late.signals()).hasSize(2).last().isEqualTo("complete");
  }

  @Test
  void nullSubscriberIsRefused() {
    assertThatThrownBy(() -> publisher.subscribe(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> publisher.onEvent(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void listenerReceivesEventsUntilClosedEvenIfItThrows() throws InterruptedException {
    BlockingQueue<SupervisorEvent> events = new LinkedBlockingQueue<>();
    Runnable cancel =
        publisher.onEvent(
            event -> {
              events.add(event);
              throw new IllegalStateException("on purpose");
            });
    publish(1, 3);
    List<SupervisorEvent> given = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      given.add(events.poll(20, TimeUnit.SECONDS));
    }
    assertThat(given).containsExactly(event(1), event(2), event(3));
    cancel.run();
    publish(4, 4);
    assertThat(events.poll(100, TimeUnit.MILLISECONDS)).isNull();
    awaitThreads(0);
  }
}
