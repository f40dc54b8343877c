package io.luhproc.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.NothingLeft;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeft.class)
class ThreadPoolTest {
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicInteger running = new AtomicInteger();
  private final ThreadPool pool = ThreadPool.upTo(2, "pool-test");

  @AfterEach
  void close() {
    end.countDown();
    pool.close();
  }

  private void hold() {
    running.incrementAndGet();
    try {
      end.await();
    } catch (InterruptedException e) {
      running.set(-1000);
    }
  }

  private void holdAll(int bodies) {
    for (int i = 0; i < bodies; i++) {
      pool.execute(this::hold);
    }
  }

  private void awaitRunning(int count) {
    Eventually.holds(count + " run", () -> running.get() == count);
  }

  @Test
  void itHasSoManyThreadsAndTheRestWaits() {
    holdAll(5);
    awaitRunning(2);
    end.countDown();
    awaitRunning(5);
  }

  @Test
  void itGrowsForWhatWaitsAndShrinksAgain() {
    holdAll(5);
    awaitRunning(2);
    pool.grow();
    awaitRunning(3);
    pool.grow();
    awaitRunning(4);
    pool.shrink();
    pool.shrink();
    end.countDown();
    awaitRunning(5);
  }

  @Test
  void whoIsIdleGoesOnBeforeAThreadIsMade() {
    Set<Thread> seen = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 50; i++) {
      CompletableFuture.runAsync(() -> seen.add(Thread.currentThread()), pool).join();
      Eventually.holds("it is idle", () -> isAtRest(seen));
    }
    // After a long halt of this machine it may have left, and another have come.
    assertThat(seen.stream().filter(Thread::isAlive)).hasSizeLessThan(2);
  }

  @Test
  void theLastToBecomeIdleGoesOnFirst() {
    holdAll(1);
    awaitRunning(1);
    CompletableFuture<Thread> first = CompletableFuture.supplyAsync(Thread::currentThread, pool);
    Eventually.holds("the second is idle", () -> isAtRest(Set.of(first.join())));
    end.countDown();
    Eventually.holds("both are idle", () -> threadsIn(Thread.State.TIMED_WAITING) == 2);
    Thread last = CompletableFuture.supplyAsync(Thread::currentThread, pool).join();
    assertThat(last).isNotSameAs(first.join());
  }

  private static boolean isAtRest(Set<Thread> threads) {
    return threads.stream().allMatch(it -> it.getState() == Thread.State.TIMED_WAITING);
  }

  @Test
  void whatThrowsTakesNoThreadAway() {
    holdAll(1);
    CompletableFuture<Thread> before = new CompletableFuture<>();
    pool.execute(
        () -> {
          before.complete(Thread.currentThread());
          throw new IllegalStateException("expected in the log");
        });
    assertThat(CompletableFuture.supplyAsync(Thread::currentThread, pool).join())
        .isSameAs(before.join());
  }

  @Test
  void anInterruptThatABodyLeavesBehindDoesNotReachTheNext() {
    pool.execute(() -> Thread.currentThread().interrupt());
    Eventually.holds("it is idle", () -> threadsIn(Thread.State.TIMED_WAITING) == threads());
    assertThat(CompletableFuture.supplyAsync(Thread::interrupted, pool).join()).isFalse();
  }

  @Test
  void finishingDoesWhatWaits() {
    holdAll(5);
    awaitRunning(2);
    end.countDown();
    pool.finish(Duration.ofSeconds(30));
    assertThat(running).hasValue(5);
    assertThat(threads()).isZero();
  }

  @Test
  void whoClosesItFromWithinDoesNotWaitForItself() {
    CompletableFuture<Boolean> closed =
        CompletableFuture.supplyAsync(
            () -> {
              long begin = System.nanoTime();
              pool.close();
              return Duration.ofNanos(System.nanoTime() - begin).toMillis() < 1000;
            },
            pool);
    assertThat(closed.join()).isTrue();
  }

  @Test
  void idleThreadsLeaveByThemselves() {
    pool.execute(() -> {});
    Eventually.holds("no thread is left", () -> threads() == 0);
  }

  private static long threads() {
    return Stream.of(Thread.State.values()).mapToLong(ThreadPoolTest::threadsIn).sum();
  }

  private static long threadsIn(Thread.State state) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("luhproc-pool-test"))
        .filter(thread -> thread.getState() == state)
        .count();
  }

  @Test
  void closingDropsWhatWaitsAndInterruptsNobody() {
    holdAll(3);
    awaitRunning(2);
    Thread closer = Threads.daemon("pool-closer", pool::close);
    closer.start();
    Eventually.holds("it waits", () -> closer.getState() == Thread.State.TIMED_WAITING);
    end.countDown();
    Eventually.holds("no thread is left", () -> threads() == 0);
    assertThat(running).hasValue(2);
  }

  @Test
  void onceClosedItRefuses() {
    pool.close();
    assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
  }
}
