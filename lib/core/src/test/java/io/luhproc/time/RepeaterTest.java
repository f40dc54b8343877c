package io.luhproc.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.NothingLeft;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeft.class)
class RepeaterTest {
  private static final Duration FOR_EVER = Duration.ofDays(1);

  private final AtomicInteger times = new AtomicInteger();

  @Test
  void itGoesOnUntilItIsClosed() {
    Repeater repeater =
        Repeater.start(
            "counts",
            Duration.ZERO,
            () -> {
              times.incrementAndGet();
              return Duration.ofNanos(1);
            });
    Eventually.holds("five times", () -> times.get() >= 5);
    repeater.close();
    int last = times.get();
    repeater.close();
    assertThat(times).hasValue(last);
  }

  @Test
  @Timeout(60)
  void theFirstTimeIsAtOnceAndAPauseDoesNotDelayTheClose() {
    Repeater repeater =
        Repeater.start(
            "waits",
            Duration.ZERO,
            () -> {
              times.incrementAndGet();
              return FOR_EVER;
            });
    Eventually.holds("once", () -> times.get() == 1);
    repeater.close();
    assertThat(times).hasValue(1);
  }

  @Test
  void closeWaitsForWhatItIsDoingAndDoesNotInterruptIt() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    AtomicBoolean done = new AtomicBoolean();
    Repeater repeater =
        Repeater.start(
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
              return FOR_EVER;
            });
    begun.await();
    closing.countDown();
    repeater.close();
    assertThat(done).isTrue();
  }

  @Test
  void itsThreadIsANamedDaemon() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    Repeater repeater =
        Repeater.start(
            "keeper",
            Duration.ZERO,
            () -> {
              thread.set(Thread.currentThread());
              return FOR_EVER;
            });
    Eventually.holds("it runs", () -> thread.get() != null);
    repeater.close();
    assertThat(thread.get().getName()).isEqualTo("luhproc-keeper");
    assertThat(thread.get().isDaemon()).isTrue();
    assertThat(thread.get().isAlive()).isFalse();
  }
}
