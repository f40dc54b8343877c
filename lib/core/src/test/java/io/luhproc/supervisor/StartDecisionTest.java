package io.luhproc.supervisor;

import static io.luhproc.supervisor.ProcessState.BACKOFF;
import static io.luhproc.supervisor.ProcessState.BLOCKED;
import static io.luhproc.supervisor.ProcessState.EXITED;
import static io.luhproc.supervisor.ProcessState.FAILED;
import static io.luhproc.supervisor.ProcessState.INACTIVE;
import static io.luhproc.supervisor.ProcessState.RUNNING;
import static io.luhproc.supervisor.ProcessState.STARTING;
import static io.luhproc.supervisor.ProcessState.STOPPING;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.RestartPolicy;
import io.luhproc.supervisor.Cause.Kind;
import io.luhproc.supervisor.LifeTimer.Purpose;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a process comes up, and what keeps it from it. */
class StartDecisionTest {
  private static final GateState OPEN = new GateState.Open();
  private static final GateState CLOSED = new GateState.Closed(List.of("db", "cache"));
  private static final GateState BROKEN = new GateState.Failed("db", "exit code 1");

  private static LifeTimer timer(Story story, Purpose purpose, Duration in) {
    return new LifeTimer(purpose, story.generation(0), Duration.ofHours(1).plus(in));
  }

  @Test
  void startLaunchesAndLimitsTheTimeForIt() {
    Story story = Story.of(Rules.simple()).start().is(STARTING);
    LifeTimer limit = timer(story, Purpose.START_TIMEOUT, Rules.START_TIMEOUT);
    story.does(new Action.Launch(0, 1), new Action.Arm(0, limit, Rules.START_TIMEOUT));
  }

  @Test
  void whatWasLaunchedRunsOnceItHasSettled() {
    Story story = Story.of(Rules.simple()).start().launched(0).is(STARTING);
    LifeTimer limit = timer(story, Purpose.START_TIMEOUT, Rules.START_TIMEOUT);
    LifeTimer settle = timer(story, Purpose.SETTLE, Rules.SETTLE);
    story.does(new Action.Disarm(0, limit), new Action.Arm(0, settle, Rules.SETTLE));
    story.timer(0).is(RUNNING).does();
  }

  @Test
  void withNothingToSettleItRunsAtOnce() {
    Story.of(Rules.simple().settle(Duration.ZERO)).start().launched(0).is(RUNNING);
  }

  @Test
  void whatRunsOnceHasToSettleToo() {
    Story story = Story.of(Rules.simple().once()).start().launched(0).is(STARTING);
    story.timer(0).is(RUNNING);
  }

  @Test
  void whatIsCheckedRunsOnceItIsHealthy() {
    Story story = Story.of(Rules.simple().checked(false)).start().launched(0).is(STARTING);
    story.does(new Action.BeginHealth(0, 1));
    story.healthy(0).is(RUNNING);
  }

  @Test
  void whatDoesNotGetHealthyInTimeIsStoppedAndRetried() {
    Story story = Story.of(Rules.simple().checked(false)).start().launched(0).timer(0);
    story.is(STOPPING).because(0, Kind.START_TIMEOUT, "was not up within 30s");
    story.does(new Action.EndHealth(0, 1), new Action.StopTree(0, 1, false));
    story.gone(0).is(BACKOFF).because(0, Kind.START_TIMEOUT, "30s");
  }

  @Test
  void whatIsNotLaunchedInTimeIsStoppedOnceItIs() {
    Story story = Story.of(Rules.simple()).start().timer(0).is(STOPPING).does();
    story.launched(0).does(new Action.StopTree(0, 1, false)).gone(0).is(BACKOFF);
  }

  @Test
  void failedLaunchIsRetriedLikeADeath() {
    Story story = Story.of(Rules.simple()).start().launchFails(0);
    story.is(BACKOFF).because(0, Kind.START_FAILED, "no such file");
    assertThat(story.life(0).retries()).isEqualTo(1);
    story.timer(0).is(STARTING);
    assertThat(story.generation(0)).isEqualTo(2);
  }

  @Test
  void launchThatCanNeverWorkIsGivenUpWhenSomebodyAskedForIt() {
    Story story = Story.of(Rules.simple()).start().cannotBeLaunched(0).is(FAILED);
    story.because(0, Kind.START_FAILED, "no such file");
    story.start().is(STARTING).cannotBeLaunched(0).is(FAILED);
  }

  @Test
  void launchThatWorkedBeforeIsRetriedThoughItCannotWorkNow() {
    Story story = Story.of(Rules.simple()).start().comesUp(0).exits(0, 1).gone(0).is(BACKOFF);
    story.timer(0).cannotBeLaunched(0).is(BACKOFF);
    assertThat(story.life(0).retries()).isEqualTo(2);
  }

  @Test
  void whatHeldUpALaunchIsToldWithItsTimeout() {
    Story story = Story.of(Rules.simple()).start().timer(0).is(STOPPING).launchFails(0);
    story.is(BACKOFF).because(0, Kind.START_TIMEOUT, "was not up within 30s: no such file");
  }

  @Test
  void launchThatCanNeverWorkAndIsNotWantedAnyMoreIsInactive() {
    Story.of(Rules.simple()).start().stop().is(STOPPING).cannotBeLaunched(0).is(INACTIVE);
  }

  @Test
  void exitToldBeforeTheLaunchCountsAndTheLaunchIsOldNews() {
    Story story = Story.of(Rules.simple()).start().exits(0, 3).is(STOPPING);
    story.does(
        new Action.Disarm(0, timer(story, Purpose.START_TIMEOUT, Rules.START_TIMEOUT)),
        new Action.SweepTree(0, 1));
    story.launched(0).is(STOPPING).does().gone(0).is(BACKOFF);
  }

  @Test
  void startOfABlockedServiceSaysOnWhomItWaits() {
    Story story = Story.of(Rules.simple()).gate(CLOSED).start().is(BLOCKED).does();
    story.because(0, Kind.DEPENDENCY, "waits for db, cache");
    story.gate(new GateState.Closed(List.of("cache"))).because(0, Kind.DEPENDENCY, "for cache");
    story.gate(OPEN).is(STARTING);
  }

  @Test
  void startBehindAFailedDependencyFails() {
    Story story = Story.of(Rules.simple()).gate(BROKEN).start().is(FAILED);
    story.because(0, Kind.DEPENDENCY_FAILED, "depends on db, which failed: exit code 1");
  }

  @Test
  void blockedFailsWithItsDependency() {
    Story.of(Rules.simple()).gate(CLOSED).start().gate(BROKEN).is(FAILED);
  }

  @Test
  void gateThatClosesDoesNothingToWhatRuns() {
    Story.running(Rules.simple()).gate(CLOSED).is(RUNNING).gate(BROKEN).is(RUNNING);
  }

  @Test
  void retryIsHeldBackAtAClosedGate() {
    Story story = Story.running(Rules.simple()).gate(CLOSED).dies(0, 1).is(BACKOFF);
    story.timer(0).is(BLOCKED).gate(OPEN).is(STARTING);
  }

  @Test
  void retryFailsAtABrokenGate() {
    Story.running(Rules.simple()).gate(BROKEN).dies(0, 1).timer(0).is(FAILED);
  }

  @Test
  void startDuringBackoffLaunchesAtOnceAndCountsAnew() {
    Story story = Story.running(Rules.simple()).dies(0, 1).is(BACKOFF).start().is(STARTING);
    assertThat(story.life(0).retries()).isZero();
  }

  @Test
  void startDuringAStopLaunchesOnceItIsGone() {
    Story story = Story.running(Rules.simple()).stop().start().is(STOPPING).does();
    story.gone(0).is(STARTING);
  }

  @Test
  void startOfWhatIsUpDoesNothing() {
    Story.running(Rules.simple()).start().is(RUNNING).does();
  }

  @Test
  void startAfterTheEndBeginsAnew() {
    Story.running(Rules.simple()).dies(0, 0).is(EXITED).start().is(STARTING);
    RestartPolicy noRetry = RestartPolicy.onFailure().maxRetries(0);
    Story story = Story.running(Rules.of(noRetry)).dies(0, 1).is(FAILED).start();
    story.is(STARTING).because(0, Kind.WANTED, "started");
  }

  @Test
  void adoptedRunsAtOnceAndDiesLikeAnyOther() {
    Story story = Story.of(Rules.simple()).then(new Input.Adopted(0, 9)).is(RUNNING).does();
    story.because(0, Kind.WANTED, "adopted");
    story
        .dies(0, 1)
        .timer(0)
        .does(
            new Action.Launch(0, 10),
            story
                .life(0)
                .timer()
                .map(it -> new Action.Arm(0, it, Rules.START_TIMEOUT))
                .orElseThrow());
  }

  @Test
  void adoptedWithACheckStartsUntilItIsHealthy() {
    Rules rules = Rules.simple().checked(true);
    Story story = Story.of(rules).then(new Input.Adopted(0, 9)).is(STARTING);
    assertThat(story.actions()).contains(new Action.BeginHealth(0, 9));
    story.healthy(0).is(RUNNING);
  }

  @Test
  void nothingIsAdoptedInPlaceOfWhatLives() {
    Story story = Story.running(Rules.simple()).then(new Input.Adopted(0, 9)).does();
    assertThat(story.generation(0)).isEqualTo(1);
  }
}
