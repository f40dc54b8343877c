package io.luhproc.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.NothingLeft;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
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
  void idleThreadsLeaveByThemselves() {
    pool.execute(() -> {});
    Eventually.holds("no thread is left", () -> threads() == 0);
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("luhproc-pool-test"))
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
