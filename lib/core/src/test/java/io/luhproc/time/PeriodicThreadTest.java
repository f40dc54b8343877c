package io.luhproc.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class PeriodicThreadTest {
  private static final Duration ONE_DAY = Duration.ofDays(1);

  private final AtomicInteger runs = new AtomicInteger();

  @Test
  void bodyRepeatsUntilClose() {
    PeriodicThread periodic =
        PeriodicThread.start(
            "counts",
            Duration.ZERO,
            () -> {
              runs.incrementAndGet();
              return Duration.ofNanos(1);
            });
    Eventually.holds("the task has run five times", () -> runs.get() >= 5);
    periodic.close();
    int last = runs.get();
    periodic.close();
    assertThat(runs).hasValue(last);
  }

  @Test
  @Timeout(60)
  void closeDoesNotWaitForPause() {
    PeriodicThread periodic =
        PeriodicThread.start(
            "waits",
            Duration.ZERO,
            () -> {
              runs.incrementAndGet();
              return ONE_DAY;
            });
    Eventually.holds("the task has run once", () -> runs.get() == 1);
    periodic.close();
    assertThat(runs).hasValue(1);
  }

  @Test
  void closeWaitsForRunningBodyWithoutInterrupt() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    AtomicBoolean done = new AtomicBoolean();
    PeriodicThread periodic =
        PeriodicThread.start(
            "works",
            Duration.ZERO,
            () -> {
              begun.countDown();
              try {
                closing.await();
                done.set(true);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return ONE_DAY;
            });
    begun.await();
    closing.countDown();
    periodic.close();
    assertThat(done).isTrue();
  }

  @Test
  void threadIsNamedDaemon() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    PeriodicThread periodic =
        PeriodicThread.start(
            "maintenance",
            Duration.ZERO,
            () -> {
              thread.set(Thread.currentThread());
              return ONE_DAY;
            });
    Eventually.holds("the task runs", () -> thread.get() != null);
    periodic.close();
    assertThat(thread.get().getName()).isEqualTo("luhproc-maintenance");
    assertThat(thread.get().isDaemon()).isTrue();
    assertThat(thread.get().isAlive()).isFalse();
  }
}
