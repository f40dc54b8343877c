package io.luhproc.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
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

@ExtendWith(LeakCheck.class)
class ThreadPoolTest {
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicInteger running = new AtomicInteger();
  private final ThreadPool pool = ThreadPool.withMaxThreads(2, "pool-test");

  @AfterEach
  void close() {
    end.countDown();
    pool.close();
  }

  private void block() {
    running.incrementAndGet();
    try {
      end.await();
    } catch (InterruptedException e) {
      running.set(-1000);
    }
  }

  private void blockThreads(int bodies) {
    for (int i = 0; i < bodies; i++) {
      pool.execute(this::block);
    }
  }

  private void awaitRunning(int count) {
    Eventually.holds(count + " tasks run", () -> running.get() == count);
  }

  @Test
  void bodiesBeyondMaxThreadsAreQueued() {
    blockThreads(5);
    awaitRunning(2);
    end.countDown();
    awaitRunning(5);
  }

  @Test
  void growRunsQueuedBodiesAndShrinkRemovesThreads() {
    blockThreads(5);
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
  void idleThreadIsReusedBeforeNewThreadIsStarted() {
    Set<Thread> seen = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 50; i++) {
      CompletableFuture.runAsync(() -> seen.add(Thread.currentThread()), pool).join();
      Eventually.holds("the thread is idle", () -> areIdle(seen));
    }
    // After a long suspension of this machine the thread may have been replaced.
    assertThat(seen.stream().filter(Thread::isAlive)).hasSizeLessThan(2);
  }

  @Test
  void mostRecentlyIdleThreadIsReusedFirst() {
    blockThreads(1);
    awaitRunning(1);
    CompletableFuture<Thread> first = CompletableFuture.supplyAsync(Thread::currentThread, pool);
    Eventually.holds("the second thread is idle", () -> areIdle(Set.of(first.join())));
    end.countDown();
    Eventually.holds("both threads are idle", () -> threadsIn(Thread.State.TIMED_WAITING) == 2);
    Thread last = CompletableFuture.supplyAsync(Thread::currentThread, pool).join();
    assertThat(last).isNotSameAs(first.join());
  }

  private static boolean areIdle(Set<Thread> threads) {
    return threads.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING);
  }

  @Test
  void threadSurvivesThrowingBody() {
    blockThreads(1);
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
  void interruptStatusIsClearedBetweenBodies() {
    pool.execute(() -> Thread.currentThread().interrupt());
    Eventually.holds(
        "the thread is idle", () -> threadsIn(Thread.State.TIMED_WAITING) == threads());
    assertThat(CompletableFuture.supplyAsync(Thread::interrupted, pool).join()).isFalse();
  }

  @Test
  void drainAndCloseRunsQueuedBodies() {
    blockThreads(5);
    awaitRunning(2);
    end.countDown();
    pool.drainAndClose(Duration.ofSeconds(30));
    assertThat(running).hasValue(5);
    assertThat(threads()).isZero();
  }

  @Test
  void closeFromPoolThreadDoesNotWaitForItself() {
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
  void idleThreadsExitAfterTimeout() {
    pool.execute(() -> {});
    Eventually.holds("no thread is left", () -> threads() == 0);
  }

  @Test
  void oneIdleThreadStaysUntilPoolIsClosed() {
    try (ThreadPool keeping = ThreadPool.keepingOneThread(2, "pool-test")) {
      keeping.execute(this::block);
      keeping.execute(this::block);
      awaitRunning(2);
      end.countDown();
      Eventually.holds("one thread is left", () -> threads() == 1);
      Deadline later = Deadline.after(TimeSource.system(), Duration.ofSeconds(3));
      Eventually.holds("the timeout is over", () -> threads() == 0 || later.isExpired());
      assertThat(threads()).isOne();
    }
    assertThat(threads()).isZero();
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
  void closeDropsQueuedBodiesWithoutInterrupt() {
    blockThreads(3);
    awaitRunning(2);
    Thread closer = Threads.daemon("pool-closer", pool::close);
    closer.start();
    Eventually.holds("close waits", () -> closer.getState() == Thread.State.TIMED_WAITING);
    end.countDown();
    Eventually.holds("no thread is left", () -> threads() == 0);
    assertThat(running).hasValue(2);
  }

  @Test
  void closedPoolRejectsExecution() {
    pool.close();
    assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
  }
}
