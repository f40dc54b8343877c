package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.Signal;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.bootstrap.TaskHost;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stop requests, hooks and interrupts. The test's thread is the task's thread. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SAME_THREAD)
class DefaultTaskContextTest {
  private static final Duration LONG_TIMEOUT = Duration.ofDays(1);

  private final AtomicInteger ready = new AtomicInteger();
  private final List<String> events = new ArrayList<>();
  private final DefaultTaskContext context = newContext(new VirtualTime());

  private DefaultTaskContext newContext(TimeSource time) {
    return new DefaultTaskContext(
        new DefaultTaskContext.RunInfo("INDEX", "main", Optional.empty(), new ReadyCountingHost()),
        time);
  }

  @AfterEach
  void clearInterrupt() {
    boolean ignored = Thread.interrupted();
  }

  @Test
  void stopIsNotRequestedInitially() throws InterruptedException {
    assertThat(context.stopRequested()).isFalse();
    assertThat(context.stopSignal()).isEmpty();
    assertThat(context.awaitStop(Duration.ZERO)).isFalse();
    assertThat(context.task() + context.id() + context.arguments()).isEqualTo("INDEXmain[a]");
  }

  @Test
  void requestStopIsVisibleAndInterruptsTask() {
    assertThat(context.requestStop(Signal.TERM)).isTrue();
    assertThat(context.stopRequested()).isTrue();
    assertThat(context.stopSignal()).contains(Signal.TERM);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void laterStopRequestIsIgnored() {
    context.requestStop(Signal.TERM);
    assertThat(context.requestStop(Signal.INT)).isFalse();
    assertThat(context.stopSignal()).contains(Signal.TERM);
  }

  @Test
  void hooksRunInOrderBeforeInterruptWhenOneFails() {
    context.onStop(() -> events.add("first " + Thread.currentThread().isInterrupted()));
    context.onStop(
        () -> {
          throw new IllegalStateException("the second hook fails");
        });
    context.onStop(() -> events.add("third " + context.stopRequested()));
    context.requestStop(Signal.TERM);
    context.requestStop(Signal.TERM);
    assertThat(events).containsExactly("first false", "third true");
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void hookRunsImmediatelyWhenStopIsAlreadyRequested() {
    context.requestStop(Signal.TERM);
    context.onStop(() -> events.add("late"));
    assertThat(events).containsExactly("late");
  }

  @Test
  void awaitStopClearsInterruptOfRequest() throws InterruptedException {
    context.requestStop(Signal.TERM);
    assertThat(context.awaitStop(LONG_TIMEOUT)).isTrue();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void waitingTaskIsWokenWithoutInterruptWhenStopIsRequested() throws InterruptedException {
    Thread requester = new Thread(() -> context.requestStop(Signal.TERM), "requester");
    requester.start();
    assertThat(context.awaitStop(LONG_TIMEOUT)).isTrue();
    requester.join();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void awaitStopReturnsFalseAtTimeout() throws InterruptedException {
    DefaultTaskContext ticking = newContext(new TickingTime());
    assertThat(ticking.awaitStop(Duration.ofMillis(3))).isFalse();
    assertThat(ticking.awaitStop(Duration.ofMillis(-3))).isFalse();
  }

  @Test
  void awaitStopThrowsWhenInterruptedByAnotherThread() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> context.awaitStop(LONG_TIMEOUT))
        .isInstanceOf(InterruptedException.class);
    assertThat(context.stopRequested()).isFalse();
  }

  @Test
  void taskIsInterruptedWhenAnotherThreadAwaitsStop() throws InterruptedException {
    Thread other = new Thread(() -> events.add("stop requested: " + await()), "other");
    other.start();
    Eventually.holds(
        "the other thread waits", () -> other.getState() == Thread.State.TIMED_WAITING);
    context.requestStop(Signal.TERM);
    assertThat(Thread.interrupted()).isTrue();
    other.join();
    assertThat(events).containsExactly("stop requested: true");
  }

  private boolean await() {
    try {
      return context.awaitStop(LONG_TIMEOUT);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void finishClearsInterruptOfRequest() {
    context.requestStop(Signal.TERM);
    context.finish();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void requestStopDoesNotInterruptAfterFinish() {
    context.finish();
    context.requestStop(Signal.TERM);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void readyIsReportedOnceWhenCalledTwice() {
    context.ready();
    context.ready();
    assertThat(ready).hasValue(1);
  }

  /** A clock that advances by a millisecond at each reading. */
  private static final class TickingTime implements TimeSource {
    private long nanos;

    @Override
    public Instant now() {
      return Instant.EPOCH;
    }

    @Override
    public long nanoTime() {
      nanos += 1_000_000;
      return nanos;
    }

    @Override
    public void sleep(Duration duration) {
      nanos += duration.toNanos();
    }
  }

  private final class ReadyCountingHost implements TaskHost {
    @Override
    public List<String> arguments() {
      return List.of("a");
    }

    @Override
    public void onReady() {
      ready.incrementAndGet();
    }

    @Override
    public void onEnded(ProcessEnd end) {}
  }
}
