package io.luhproc.health;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.spawn.Launcher;
import io.luhproc.testing.VirtualTime;
import io.luhproc.testing.VirtualTimers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** When checks are made and what is told of them, in virtual time. */
class HealthProbeTest {
  private static final Duration INTERVAL = ofSeconds(10);
  private static final Duration TIMEOUT = ofSeconds(5);

  private final VirtualTime time = new VirtualTime();
  private final VirtualTimers timers = new VirtualTimers(time);
  private final QueuedThreads threads = new QueuedThreads();
  private final HealthTools tools =
      new HealthTools(
          timers,
          time,
          threads,
          new CommandCheck.Means(
              Launcher.withSearchPath(""),
              it -> {
                throw new AssertionError("no command is run");
              }));
  private final List<HealthRecord> told = new ArrayList<>();
  private final HealthTarget target =
      HealthTarget.of(new ProcessIdentity(1000, 1, ""), Path.of("/tmp"), Path.of("/tmp"), Map.of());

  private Supplier<HealthResult> answer = HealthResult::healthy;

  private HealthProbe start() {
    return start(it -> answer.get());
  }

  private HealthProbe start(HealthCheck check) {
    return HealthProbe.start(check.every(INTERVAL).timeout(TIMEOUT), target, tools, told::add);
  }

  /** Lets time pass, and each check be made as soon as it is due. */
  private void pass(Duration duration) {
    for (long left = duration.toMillis(); left > 0; left -= 100) {
      timers.advance(ofMillis(100));
      while (threads.waiting() > 0) {
        threads.runNext();
        timers.advance(Duration.ZERO);
      }
    }
  }

  private List<Long> ages() {
    return told.stream().map(record -> record.age().toMillis()).toList();
  }

  private List<String> details() {
    return told.stream().map(record -> record.result().detail()).toList();
  }

  @Test
  void aProcessThatIsUpIsKnownToBeAfter100MillisAndCheckedAtTheIntervalFromThenOn() {
    HealthProbe probe = start();
    pass(ofSeconds(31));
    assertThat(ages()).containsExactly(100L, 10_100L, 20_100L, 30_100L);
    assertThat(told).allMatch(record -> record.result().isHealthy());
    probe.close();
  }

  @Test
  void aProcessThatIsNotYetUpIsLookedAtEverMoreRarelyUpToTheInterval() {
    answer = () -> HealthResult.unhealthy("not yet");
    HealthProbe probe = start();
    pass(ofSeconds(33));
    assertThat(ages())
        .containsExactly(100L, 300L, 700L, 1500L, 3100L, 6300L, 12_700L, 22_700L, 32_700L);
    probe.close();
  }

  @Test
  void withTheDefaultThresholdAProcessThatIsNeverUpIsUnhealthyAboutAfterThreeIntervals() {
    answer = () -> HealthResult.unhealthy("never");
    HealthPolicy policy = HealthCheck.tcp("unused", 1).every(INTERVAL);
    HealthProbe probe = start();
    pass(ofSeconds(32));
    HealthTally tally = HealthTally.empty();
    for (HealthRecord record : told) {
      tally = tally.with(policy, record);
    }
    assertThat(tally.status()).isEqualTo(HealthStatus.STARTING);
    pass(ofSeconds(1));
    assertThat(tally.with(policy, told.get(told.size() - 1)).status())
        .isEqualTo(HealthStatus.UNHEALTHY);
    probe.close();
  }

  @Test
  void failuresAfterASuccessDoNotHastenTheNextCheck() {
    HealthProbe probe = start();
    pass(ofSeconds(1));
    answer = () -> HealthResult.unhealthy("ill");
    pass(ofSeconds(20));
    assertThat(ages()).containsExactly(100L, 10_100L, 20_100L);
    probe.close();
  }

  @Test
  void aCheckThatCannotBeMadeTellsNothingAndIsTriedAgainAtTheInterval() {
    HealthProbe probe = start();
    pass(ofSeconds(1));
    answer =
        () -> {
          throw new NotCheckedException("no descriptor", new IllegalStateException("EMFILE"));
        };
    pass(ofSeconds(30));
    answer = () -> HealthResult.unhealthy("ill");
    pass(ofSeconds(10));
    assertThat(ages()).containsExactly(100L, 40_100L);
    probe.close();
  }

  @Test
  void anIntervalUnder100MillisHoldsFromTheStart() {
    HealthCheck check = it -> HealthResult.unhealthy("no");
    HealthProbe probe = HealthProbe.start(check.every(ofMillis(20)), target, tools, told::add);
    timers.advance(ofMillis(20));
    assertThat(threads.waiting()).isOne();
    probe.close();
  }

  @Test
  void theIntervalBeginsWhenACheckHasEnded() {
    HealthProbe probe =
        start(
            it -> {
              time.advance(ofSeconds(3));
              return HealthResult.healthy();
            });
    pass(ofSeconds(15));
    assertThat(ages()).containsExactly(100L, 13_100L);
    assertThat(told).extracting(HealthRecord::duration).containsOnly(ofSeconds(3));
    probe.close();
  }

  @Test
  void whatACheckThrowsIsAFailureWithItsClassAndMessage() {
    HealthProbe probe =
        start(
            it -> {
              throw new java.io.IOException("no such table");
            });
    pass(ofMillis(100));
    assertThat(details()).containsExactly("java.io.IOException: no such table");
    probe.close();
  }

  @Test
  void errorsAndNullAreFailuresAsWell() {
    answer =
        () -> {
          throw new StackOverflowError();
        };
    HealthProbe probe = start();
    pass(ofMillis(100));
    answer = () -> null;
    pass(ofMillis(200));
    assertThat(details())
        .containsExactly("java.lang.StackOverflowError", "the check returned null");
    probe.close();
  }

  /** Makes the check that waits, and lets time pass while it is under way. */
  private void runWhile(Runnable meanwhile) {
    List<AssertionError> failures = new ArrayList<>();
    answer =
        () -> {
          try {
            meanwhile.run();
          } catch (AssertionError e) {
            // Whatever a check throws is its result, and would be no failure of this test.
            failures.add(e);
          }
          return HealthResult.healthy("too late");
        };
    threads.runNext();
    timers.advance(Duration.ZERO);
    assertThat(failures).isEmpty();
  }

  @Test
  void aCheckThatTakesTooLongHasFailedAtTheTimeoutAndItsAnswerIsNotTold() {
    HealthProbe probe = start();
    timers.advance(ofMillis(100));
    runWhile(
        () -> {
          timers.advance(TIMEOUT.minusMillis(1));
          assertThat(told).isEmpty();
          timers.advance(ofMillis(1));
          assertThat(details()).containsExactly("did not answer within 5s");
          assertThat(told.get(0).duration()).isEqualTo(TIMEOUT);
          assertThat(told.get(0).age()).isEqualTo(ofMillis(100));
        });
    assertThat(told).hasSize(1);
    probe.close();
  }

  @Test
  void itsThreadIsInterruptedAndTheInterruptDoesNotReachTheNextCheck() {
    HealthProbe probe = start();
    timers.advance(ofMillis(100));
    runWhile(
        () -> {
          timers.advance(TIMEOUT);
          assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    probe.close();
  }

  @Test
  void whatTakesHalfASecondKeepsNobodyFromAThread() {
    HealthProbe probe = start();
    timers.advance(ofMillis(100));
    runWhile(
        () -> {
          timers.advance(ofMillis(499));
          assertThat(threads.extra()).isZero();
          timers.advance(ofMillis(1));
          assertThat(threads.extra()).isOne();
        });
    assertThat(threads.extra()).isZero();
    assertThat(told).hasSize(1);
    probe.close();
  }

  @Test
  void untilItReturnsItsThreadDoesNotCountAndNoOtherCheckIsMade() {
    HealthProbe probe = start();
    timers.advance(ofMillis(100));
    runWhile(
        () -> {
          timers.advance(TIMEOUT);
          assertThat(threads.extra()).isOne();
          timers.advance(INTERVAL.multipliedBy(3));
          assertThat(threads.waiting()).isZero();
          assertThat(threads.extra()).isOne();
        });
    assertThat(threads.extra()).isZero();
    probe.close();
  }

  @Test
  void eachIntervalInWhichItHasNotReturnedIsAnotherFailureThatCounts() {
    HealthProbe probe = start();
    timers.advance(ofMillis(100));
    runWhile(() -> timers.advance(TIMEOUT.plus(INTERVAL.multipliedBy(2))));
    assertThat(details())
        .containsExactly(
            "did not answer within 5s",
            "the check has not returned for 15s",
            "the check has not returned for 25s");
    assertThat(ages()).containsExactly(100L, 15_100L, 25_100L);
    probe.close();
  }

  @Test
  void afterItReturnedChecksAreMadeAgain() {
    HealthProbe probe = start();
    timers.advance(ofMillis(100));
    runWhile(() -> timers.advance(TIMEOUT.plus(INTERVAL)));
    answer = () -> HealthResult.healthy("back");
    pass(INTERVAL);
    assertThat(details()).last().isEqualTo("back");
    probe.close();
  }

  @Test
  void aProcessNotYetUpIsLookedAtSoonAfterACheckThatWasInterrupted() {
    HealthProbe probe = start();
    timers.advance(ofMillis(100));
    runWhile(() -> timers.advance(TIMEOUT));
    answer = HealthResult::healthy;
    pass(ofMillis(200));
    assertThat(ages()).containsExactly(100L, 5300L);
    probe.close();
  }

  @Test
  void theTimeSpentWaitingForAThreadIsNotTheChecks() {
    HealthProbe probe = start();
    timers.advance(ofSeconds(60));
    assertThat(told).isEmpty();
    assertThat(threads.waiting()).isOne();
    threads.runNext();
    timers.advance(Duration.ZERO);
    assertThat(told).hasSize(1).allMatch(record -> record.result().isHealthy());
    probe.close();
  }

  @Test
  void whereNoThreadCanBeMadeNothingIsToldAndItIsTriedAgain() {
    threads.refuse(true);
    HealthProbe probe = start();
    pass(ofSeconds(9));
    assertThat(told).isEmpty();
    threads.refuse(false);
    pass(ofSeconds(2));
    assertThat(ages()).containsExactly(10_100L);
    probe.close();
  }

  @Test
  void closedBeforeTheFirstCheckNothingIsEverDone() {
    start().close();
    assertThat(timers.size()).isZero();
  }

  @Test
  void closedBeforeItsThreadWasFreeTheCheckIsNotMade() {
    HealthProbe probe =
        start(
            it -> {
              throw new AssertionError("must not be called");
            });
    timers.advance(ofMillis(100));
    probe.close();
    threads.runNext();
    timers.advance(ofSeconds(60));
    assertThat(told).isEmpty();
    assertThat(threads.extra()).isZero();
  }

  @Test
  void closedDuringACheckItIsInterruptedAndNothingIsTold() {
    HealthProbe probe = start();
    timers.advance(ofMillis(100));
    runWhile(
        () -> {
          probe.close();
          probe.close();
          assertThat(Thread.currentThread().isInterrupted()).isTrue();
          assertThat(threads.extra()).isOne();
          timers.advance(ofSeconds(60));
        });
    timers.advance(ofSeconds(60));
    assertThat(told).isEmpty();
    assertThat(threads.extra()).isZero();
    assertThat(threads.waiting()).isZero();
    assertThat(timers.size()).isZero();
  }

  @Test
  void aListenerMayCloseTheProbe() {
    List<HealthProbe> probe = new ArrayList<>();
    HealthCheck check = it -> answer.get();
    probe.add(
        HealthProbe.start(
            check.every(INTERVAL),
            target,
            tools,
            record -> {
              told.add(record);
              probe.get(0).close();
            }));
    pass(ofSeconds(60));
    assertThat(told).hasSize(1);
    assertThat(timers.size()).isZero();
  }

  @Test
  void theCheckIsToldItsTimeout() {
    List<Duration> seen = new ArrayList<>();
    HealthProbe probe =
        start(
            it -> {
              seen.add(it.timeout());
              return HealthResult.healthy();
            });
    pass(ofMillis(100));
    assertThat(seen).containsExactly(TIMEOUT);
    probe.close();
  }
}
