package io.luhproc.health.monitor;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.CheckRecord;
import io.luhproc.health.CheckUnavailableException;
import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthPolicy;
import io.luhproc.health.HealthResult;
import io.luhproc.health.HealthState;
import io.luhproc.health.HealthStatus;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.spawn.Launcher;
import io.luhproc.testing.VirtualTime;
import io.luhproc.testing.VirtualTimers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Schedule and results of a monitor, in virtual time. */
class HealthMonitorTest {
  private static final Duration INTERVAL = ofSeconds(10);
  private static final Duration TIMEOUT = ofSeconds(5);

  private final VirtualTime time = new VirtualTime();
  private final VirtualTimers timers = new VirtualTimers(time);
  private final ManualExecutor threads = new ManualExecutor();
  private final HealthExecutor executor =
      new HealthExecutor(
          timers,
          time,
          threads,
          new CommandRunner(
              Launcher.withSearchPath(""),
              request -> {
                throw new AssertionError("no command is run");
              }));
  private final List<CheckRecord> records = new ArrayList<>();
  private final MonitoredProcess process =
      new MonitoredProcess(
          new ProcessIdentity(1000, 1, ""),
          Path.of("/tmp"),
          Path.of("/tmp"),
          Map.of(),
          Optional.empty(),
          Optional.empty());

  private Supplier<HealthResult> nextResult = HealthResult::healthy;

  private HealthMonitor start() {
    return start(context -> nextResult.get());
  }

  private HealthMonitor start(HealthCheck check) {
    return HealthMonitor.start(
        check.every(INTERVAL).timeout(TIMEOUT), process, executor, records::add);
  }

  /** Advances time in steps of 100 ms and runs each check when it is due. */
  private void advanceAndRun(Duration duration) {
    for (long remaining = duration.toMillis(); remaining > 0; remaining -= 100) {
      timers.advance(ofMillis(100));
      while (threads.queued() > 0) {
        threads.runNext();
        timers.advance(Duration.ZERO);
      }
    }
  }

  private List<Long> monitoredMillis() {
    return records.stream().map(record -> record.monitoredFor().toMillis()).toList();
  }

  private List<String> details() {
    return records.stream().map(record -> record.result().detail()).toList();
  }

  @Test
  void healthyProcessIsCheckedAfter100MillisThenAtInterval() {
    HealthMonitor monitor = start();
    advanceAndRun(ofSeconds(31));
    assertThat(monitoredMillis()).containsExactly(100L, 10_100L, 20_100L, 30_100L);
    assertThat(records).allMatch(record -> record.result().isHealthy());
    monitor.close();
  }

  @Test
  void delayDoublesUpToIntervalUntilFirstSuccess() {
    nextResult = () -> HealthResult.unhealthy("not yet");
    HealthMonitor monitor = start();
    advanceAndRun(ofSeconds(33));
    assertThat(monitoredMillis())
        .containsExactly(100L, 300L, 700L, 1500L, 3100L, 6300L, 12_700L, 22_700L, 32_700L);
    monitor.close();
  }

  @Test
  void processIsUnhealthyAfterThreeIntervalsWithDefaultThreshold() {
    nextResult = () -> HealthResult.unhealthy("never");
    HealthPolicy policy = HealthCheck.tcp("unused", 1).every(INTERVAL);
    HealthMonitor monitor = start();
    advanceAndRun(ofSeconds(32));
    HealthState state = HealthState.initial();
    for (CheckRecord record : records) {
      state = state.with(policy, record);
    }
    assertThat(state.status()).isEqualTo(HealthStatus.STARTING);
    advanceAndRun(ofSeconds(1));
    assertThat(state.with(policy, records.get(records.size() - 1)).status())
        .isEqualTo(HealthStatus.UNHEALTHY);
    monitor.close();
  }

  @Test
  void failureAfterSuccessKeepsInterval() {
    HealthMonitor monitor = start();
    advanceAndRun(ofSeconds(1));
    nextResult = () -> HealthResult.unhealthy("down");
    advanceAndRun(ofSeconds(20));
    assertThat(monitoredMillis()).containsExactly(100L, 10_100L, 20_100L);
    monitor.close();
  }

  @Test
  void unavailableCheckPublishesNothingAndIsRetriedAtInterval() {
    HealthMonitor monitor = start();
    advanceAndRun(ofSeconds(1));
    nextResult =
        () -> {
          throw new CheckUnavailableException("no descriptor", new IllegalStateException("EMFILE"));
        };
    advanceAndRun(ofSeconds(30));
    nextResult = () -> HealthResult.unhealthy("down");
    advanceAndRun(ofSeconds(10));
    assertThat(monitoredMillis()).containsExactly(100L, 40_100L);
    monitor.close();
  }

  @Test
  void intervalBelow100MillisAppliesToFirstCheck() {
    HealthCheck check = context -> HealthResult.unhealthy("no");
    HealthMonitor monitor =
        HealthMonitor.start(check.every(ofMillis(20)), process, executor, records::add);
    timers.advance(ofMillis(20));
    assertThat(threads.queued()).isOne();
    monitor.close();
  }

  @Test
  void intervalStartsWhenCheckEnds() {
    HealthMonitor monitor =
        start(
            context -> {
              time.advance(ofSeconds(3));
              return HealthResult.healthy();
            });
    advanceAndRun(ofSeconds(15));
    assertThat(monitoredMillis()).containsExactly(100L, 13_100L);
    assertThat(records).extracting(CheckRecord::duration).containsOnly(ofSeconds(3));
    monitor.close();
  }

  @Test
  void thrownExceptionIsFailureWithClassAndMessage() {
    HealthMonitor monitor =
        start(
            context -> {
              throw new java.io.IOException("no such table");
            });
    advanceAndRun(ofMillis(100));
    assertThat(details()).containsExactly("java.io.IOException: no such table");
    monitor.close();
  }

  @Test
  void errorsAndNullResultAreFailures() {
    nextResult =
        () -> {
          throw new StackOverflowError();
        };
    HealthMonitor monitor = start();
    advanceAndRun(ofMillis(100));
    nextResult = () -> null;
    advanceAndRun(ofMillis(200));
    assertThat(details())
        .containsExactly("java.lang.StackOverflowError", "the check returned null");
    monitor.close();
  }

  /** Runs the queued check, which executes {@code body} while it is in progress. */
  private void runCheckDuring(Runnable body) {
    List<AssertionError> failures = new ArrayList<>();
    nextResult =
        () -> {
          try {
            body.run();
          } catch (AssertionError e) {
            // An exception of a check is its result and would not fail this test.
            failures.add(e);
          }
          return HealthResult.healthy("too late");
        };
    threads.runNext();
    timers.advance(Duration.ZERO);
    assertThat(failures).isEmpty();
  }

  @Test
  void checkFailsAtTimeoutAndItsLateResultIsDropped() {
    HealthMonitor monitor = start();
    timers.advance(ofMillis(100));
    runCheckDuring(
        () -> {
          timers.advance(TIMEOUT.minusMillis(1));
          assertThat(records).isEmpty();
          timers.advance(ofMillis(1));
          assertThat(details()).containsExactly("did not answer within 5s");
          assertThat(records.get(0).duration()).isEqualTo(TIMEOUT);
          assertThat(records.get(0).monitoredFor()).isEqualTo(ofMillis(100));
        });
    assertThat(records).hasSize(1);
    monitor.close();
  }

  @Test
  void timeoutInterruptsCheckWithoutAffectingNextCheck() {
    HealthMonitor monitor = start();
    timers.advance(ofMillis(100));
    runCheckDuring(
        () -> {
          timers.advance(TIMEOUT);
          assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    monitor.close();
  }

  @Test
  void poolGrowsWhileCheckRunsLongerThanHalfSecond() {
    HealthMonitor monitor = start();
    timers.advance(ofMillis(100));
    runCheckDuring(
        () -> {
          timers.advance(ofMillis(499));
          assertThat(threads.compensating()).isZero();
          timers.advance(ofMillis(1));
          assertThat(threads.compensating()).isOne();
        });
    assertThat(threads.compensating()).isZero();
    assertThat(records).hasSize(1);
    monitor.close();
  }

  @Test
  void noFurtherCheckStartsUntilTimedOutCheckReturns() {
    HealthMonitor monitor = start();
    timers.advance(ofMillis(100));
    runCheckDuring(
        () -> {
          timers.advance(TIMEOUT);
          assertThat(threads.compensating()).isOne();
          timers.advance(INTERVAL.multipliedBy(3));
          assertThat(threads.queued()).isZero();
          assertThat(threads.compensating()).isOne();
        });
    assertThat(threads.compensating()).isZero();
    monitor.close();
  }

  @Test
  void hungCheckCountsAsFailureAtEveryInterval() {
    HealthMonitor monitor = start();
    timers.advance(ofMillis(100));
    runCheckDuring(() -> timers.advance(TIMEOUT.plus(INTERVAL.multipliedBy(2))));
    assertThat(details())
        .containsExactly(
            "did not answer within 5s",
            "the check has not returned for 15s",
            "the check has not returned for 25s");
    assertThat(monitoredMillis()).containsExactly(100L, 15_100L, 25_100L);
    monitor.close();
  }

  @Test
  void checksResumeAfterHungCheckReturns() {
    HealthMonitor monitor = start();
    timers.advance(ofMillis(100));
    runCheckDuring(() -> timers.advance(TIMEOUT.plus(INTERVAL)));
    nextResult = () -> HealthResult.healthy("back");
    advanceAndRun(INTERVAL);
    assertThat(details()).last().isEqualTo("back");
    monitor.close();
  }

  @Test
  void startupDelayAppliesAfterInterruptedCheck() {
    HealthMonitor monitor = start();
    timers.advance(ofMillis(100));
    runCheckDuring(() -> timers.advance(TIMEOUT));
    nextResult = HealthResult::healthy;
    advanceAndRun(ofMillis(200));
    assertThat(monitoredMillis()).containsExactly(100L, 5300L);
    monitor.close();
  }

  @Test
  void timeoutExcludesTimeInQueue() {
    HealthMonitor monitor = start();
    timers.advance(ofSeconds(60));
    assertThat(records).isEmpty();
    assertThat(threads.queued()).isOne();
    threads.runNext();
    timers.advance(Duration.ZERO);
    assertThat(records).hasSize(1).allMatch(record -> record.result().isHealthy());
    monitor.close();
  }

  @Test
  void rejectedExecutionPublishesNothingAndIsRetried() {
    threads.setRejecting(true);
    HealthMonitor monitor = start();
    advanceAndRun(ofSeconds(9));
    assertThat(records).isEmpty();
    threads.setRejecting(false);
    advanceAndRun(ofSeconds(2));
    assertThat(monitoredMillis()).containsExactly(10_100L);
    monitor.close();
  }

  @Test
  void closeBeforeFirstCheckCancelsTimer() {
    start().close();
    assertThat(timers.size()).isZero();
  }

  @Test
  void queuedCheckIsSkippedAfterClose() {
    HealthMonitor monitor =
        start(
            context -> {
              throw new AssertionError("must not be called");
            });
    timers.advance(ofMillis(100));
    monitor.close();
    threads.runNext();
    timers.advance(ofSeconds(60));
    assertThat(records).isEmpty();
    assertThat(threads.compensating()).isZero();
  }

  @Test
  void closeDuringCheckInterruptsItWithoutResult() {
    HealthMonitor monitor = start();
    timers.advance(ofMillis(100));
    runCheckDuring(
        () -> {
          monitor.close();
          monitor.close();
          assertThat(Thread.currentThread().isInterrupted()).isTrue();
          assertThat(threads.compensating()).isOne();
          timers.advance(ofSeconds(60));
        });
    timers.advance(ofSeconds(60));
    assertThat(records).isEmpty();
    assertThat(threads.compensating()).isZero();
    assertThat(threads.queued()).isZero();
    assertThat(timers.size()).isZero();
  }

  @Test
  void listenerCanCloseMonitor() {
    List<HealthMonitor> monitor = new ArrayList<>();
    HealthCheck check = context -> nextResult.get();
    monitor.add(
        HealthMonitor.start(
            check.every(INTERVAL),
            process,
            executor,
            record -> {
              records.add(record);
              monitor.get(0).close();
            }));
    advanceAndRun(ofSeconds(60));
    assertThat(records).hasSize(1);
    assertThat(timers.size()).isZero();
  }

  @Test
  void contextContainsTimeoutOfPolicy() {
    List<Duration> seen = new ArrayList<>();
    HealthMonitor monitor =
        start(
            context -> {
              seen.add(context.timeout());
              return HealthResult.healthy();
            });
    advanceAndRun(ofMillis(100));
    assertThat(seen).containsExactly(TIMEOUT);
    monitor.close();
  }
}
