package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.supervisor.SupervisorEvent.EventsLost;
import io.luhproc.supervisor.SupervisorEvent.SupervisorStopping;
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

/** What subscribers are told, and what they cannot do to each other or to whoever publishes. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
final class EventFeedTest {
  private final EventFeed feed = new EventFeed();
  private final CountDownLatch testIsOver = new CountDownLatch(1);

  @AfterEach
  void closeFeed() {
    testIsOver.countDown();
    feed.close();
  }

  private static SupervisorEvent event(int number) {
    return new SupervisorStopping(Instant.ofEpochSecond(number), "number " + number);
  }

  private void publish(int from, int to) {
    for (int i = from; i <= to; i++) {
      feed.publish(event(i));
    }
  }

  private void stayUntilTestIsOver() {
    boolean over = false;
    while (!over) {
      try {
        over = testIsOver.await(1, TimeUnit.MINUTES);
      } catch (InterruptedException ignored) {
        // It never returns, that is the point.
      }
    }
  }

  @Test
  void everySubscriberIsGivenEveryEventInOrder() throws InterruptedException {
    TakesEvents one = TakesEvents.all();
    TakesEvents other = TakesEvents.all();
    feed.subscribe(one);
    feed.subscribe(other);
    publish(1, 500);
    for (int i = 1; i <= 500; i++) {
      assertThat(one.next()).isEqualTo(event(i));
      assertThat(other.next()).isEqualTo(event(i));
    }
  }

  @Test
  void whatIsPublishedRightAfterSubscribingIsGivenThoughTheSubscriberIsNotReadyYet()
      throws InterruptedException {
    TakesEvents late = TakesEvents.atFirst(0);
    feed.subscribe(late);
    publish(1, 2);
    late.subscription().request(2);
    assertThat(late.next()).isEqualTo(event(1));
    assertThat(late.next()).isEqualTo(event(2));
  }

  @Test
  void whatWasPublishedBeforeSubscribingIsNotGiven() throws InterruptedException {
    publish(1, 1);
    TakesEvents taker = TakesEvents.all();
    feed.subscribe(taker);
    publish(2, 2);
    assertThat(taker.next()).isEqualTo(event(2));
  }

  @Test
  void noMoreIsGivenThanAskedFor() throws InterruptedException {
    TakesEvents two = TakesEvents.atFirst(2);
    feed.subscribe(two);
    publish(1, 5);
    assertThat(two.next()).isEqualTo(event(1));
    assertThat(two.next()).isEqualTo(event(2));
    assertThat(two.isLeftAlone()).isTrue();
    two.subscription().request(1);
    assertThat(two.next()).isEqualTo(event(3));
    assertThat(two.isLeftAlone()).isTrue();
  }

  @Test
  void wishesAddUpWithoutOverflow() throws InterruptedException {
    TakesEvents taker = TakesEvents.atFirst(Long.MAX_VALUE - 1);
    feed.subscribe(taker);
    taker.subscription().request(Long.MAX_VALUE);
    publish(1, 3);
    for (int i = 1; i <= 3; i++) {
      assertThat(taker.next()).isEqualTo(event(i));
    }
  }

  @Test
  void aWishForNothingEndsTheSubscriptionWithAnError() throws InterruptedException {
    for (long wish : new long[] {0, -1, Long.MIN_VALUE}) {
      TakesEvents wrong = TakesEvents.atFirst(0);
      feed.subscribe(wrong);
      wrong.subscription().request(wish);
      wrong.subscription().request(5);
      wrong.awaitEnd();
      publish(1, 1);
      assertThat(wrong.error())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("n (" + wish + ") must be above 0 (Flow, rule 3.9)");
      assertThat(wrong.isLeftAlone()).isTrue();
      assertThat(wrong.signals()).hasSize(2).last().isEqualTo("error");
    }
  }

  @Test
  void aSlowSubscriberLosesItsOldestEventsAndIsToldHowManyAndUntilWhen()
      throws InterruptedException {
    TakesEvents slow = TakesEvents.atFirst(0);
    feed.subscribe(slow);
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
  void theLossStandsWhereTheEventsAreMissing() throws InterruptedException {
    TakesEvents slow = TakesEvents.atFirst(2);
    feed.subscribe(slow);
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
  void aBufferThatIsJustFullLosesNothing() throws InterruptedException {
    TakesEvents slow = TakesEvents.atFirst(0);
    feed.subscribe(slow);
    publish(1, 1024);
    slow.subscription().request(Long.MAX_VALUE);
    for (int i = 1; i <= 1024; i++) {
      assertThat(slow.next()).isEqualTo(event(i));
    }
  }

  @Test
  void aSubscriberThatNeverReturnsHoldsOnlyItsOwnThread() throws InterruptedException {
    feed.subscribe(TakesEvents.all(event -> stayUntilTestIsOver()));
    TakesEvents good = TakesEvents.all();
    feed.subscribe(good);
    for (int i = 1; i <= 3000; i++) {
      feed.publish(event(i));
      assertThat(good.next()).isEqualTo(event(i));
    }
  }

  @Test
  void aSubscriberThatHoldsItsOwnSubscriptionLockedStopsNobody() throws InterruptedException {
    CompletableFuture<TakesEvents> own = new CompletableFuture<>();
    TakesEvents locking =
        TakesEvents.all(
            event -> {
              synchronized (subscriptionOf(own.join())) {
                stayUntilTestIsOver();
              }
            });
    own.complete(locking);
    TakesEvents good = TakesEvents.all();
    feed.subscribe(locking);
    feed.subscribe(good);
    publish(1, 1);
    assertThat(locking.next()).isEqualTo(event(1));
    assertThat(good.next()).isEqualTo(event(1));
    publish(2, 2);
    assertThat(good.next()).isEqualTo(event(2));
  }

  private static Object subscriptionOf(TakesEvents taker) {
    try {
      return taker.subscription();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSubscriberThatThrowsIsCancelledAndNobodyElseNotices() throws InterruptedException {
    TakesEvents angry =
        TakesEvents.all(
            event -> {
              throw new IllegalStateException("on purpose");
            });
    TakesEvents good = TakesEvents.all();
    feed.subscribe(angry);
    feed.subscribe(good);
    publish(1, 1);
    assertThat(angry.next()).isEqualTo(event(1));
    awaitThreads(1);
    publish(2, 2);
    assertThat(good.next()).isEqualTo(event(1));
    assertThat(good.next()).isEqualTo(event(2));
    assertThat(angry.isLeftAlone()).isTrue();
    assertThat(angry.signals()).hasSize(1);
  }

  @Test
  void anErrorInASubscriberIsNoWorse() throws InterruptedException {
    TakesEvents broken =
        TakesEvents.all(
            event -> {
              throw new NoClassDefFoundError("on purpose");
            });
    feed.subscribe(broken);
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
  void aSubscriberThatInterruptsItselfIsServedOn() throws InterruptedException {
    TakesEvents hasty = TakesEvents.all(event -> Thread.currentThread().interrupt());
    feed.subscribe(hasty);
    for (int i = 1; i <= 3; i++) {
      publish(i, i);
      assertThat(hasty.next()).isEqualTo(event(i));
    }
  }

  @Test
  void aSubscriberThatCancelsWhileItIsGivenAnEventIsGivenNoOther() throws InterruptedException {
    CompletableFuture<TakesEvents> own = new CompletableFuture<>();
    TakesEvents leaving =
        TakesEvents.all(
            event -> {
              cancel(own.join());
              cancel(own.join());
              askForNothing(own.join());
            });
    own.complete(leaving);
    feed.subscribe(leaving);
    publish(1, 10);
    assertThat(leaving.next()).isEqualTo(event(1));
    awaitThreads(0);
    publish(11, 12);
    assertThat(leaving.isLeftAlone()).isTrue();
    assertThat(leaving.signals()).hasSize(1);
  }

  private static void askForNothing(TakesEvents taker) {
    try {
      taker.subscription().request(-1);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void cancel(TakesEvents taker) {
    try {
      taker.subscription().cancel();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void subscribersComeAndGoWhileEventsArePublished() throws InterruptedException {
    AtomicBoolean publishing = new AtomicBoolean(true);
    Thread publisher =
        new Thread(
            () -> {
              for (int i = 1; publishing.get(); i++) {
                feed.publish(event(i));
              }
            });
    publisher.start();
    try {
      for (int i = 0; i < 200; i++) {
        TakesEvents taker = TakesEvents.all();
        feed.subscribe(taker);
        assertThat(taker.next()).isNotNull();
        taker.subscription().cancel();
      }
    } finally {
      publishing.set(false);
      publisher.join();
    }
    awaitThreads(0);
  }

  @Test
  void aSubscriberIsCalledOnAThreadOfItsOwnFromTheBeginning() throws InterruptedException {
    TakesEvents taker = TakesEvents.all();
    feed.subscribe(taker);
    taker.subscription();
    assertThat(taker.signals()).containsExactly("subscribed on luhproc-events-TakesEvents");
  }

  @Test
  void closingGivesWhatWaitsAndThenTellsTheEnd() throws InterruptedException {
    TakesEvents slow = TakesEvents.all(event -> Thread.onSpinWait());
    feed.subscribe(slow);
    publish(1, 1000);
    feed.close();
    for (int i = 1; i <= 1000; i++) {
      assertThat(slow.next()).isEqualTo(event(i));
    }
    assertThat(slow.signals()).last().isEqualTo("complete");
    assertThat(threads()).isZero();
    feed.close();
    publish(1001, 1001);
    assertThat(slow.isLeftAlone()).isTrue();
    assertThat(slow.signals()).hasSize(2);
  }

  @Test
  void closingIsNotHeldUpByWhoNeverReturnsOrNeverAsks() throws InterruptedException {
    TakesEvents idle = TakesEvents.atFirst(0);
    TakesEvents stuck = TakesEvents.all(event -> stayUntilTestIsOver());
    feed.subscribe(idle);
    feed.subscribe(stuck);
    publish(1, 3);
    long start = System.nanoTime();
    feed.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    idle.awaitEnd();
    assertThat(stuck.isEnded()).isFalse();
    testIsOver.countDown();
    stuck.awaitEnd();
    assertThat(stuck.next()).isEqualTo(event(1));
    assertThat(stuck.isLeftAlone()).isTrue();
    assertThat(stuck.signals()).last().isEqualTo("complete");
  }

  @Test
  void aSubscriberMayCloseTheFeed() throws InterruptedException {
    TakesEvents closing = TakesEvents.all(event -> feed.close());
    feed.subscribe(closing);
    publish(1, 1);
    closing.awaitEnd();
    assertThat(closing.next()).isEqualTo(event(1));
  }

  @Test
  void whoSubscribesToAClosedFeedIsToldOfTheEnd() throws InterruptedException {
    feed.close();
    TakesEvents late = TakesEvents.all();
    feed.subscribe(late);
    late.awaitEnd();
    assertThat(late.signals()).hasSize(2).last().isEqualTo("complete");
  }

  @Test
  void nobodyIsNoSubscriber() {
    assertThatThrownBy(() -> feed.subscribe(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> feed.onEvent(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void aListenerIsGivenEventsUntilItIsClosedWhateverItThrows() throws InterruptedException {
    BlockingQueue<SupervisorEvent> events = new LinkedBlockingQueue<>();
    try (Listening listening =
        feed.onEvent(
            event -> {
              events.add(event);
              throw new IllegalStateException("on purpose");
            })) {
      assertThat(listening).isNotNull();
      publish(1, 3);
      List<SupervisorEvent> given = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        given.add(events.poll(20, TimeUnit.SECONDS));
      }
      assertThat(given).containsExactly(event(1), event(2), event(3));
    }
    publish(4, 4);
    assertThat(events.poll(100, TimeUnit.MILLISECONDS)).isNull();
    awaitThreads(0);
  }
}
