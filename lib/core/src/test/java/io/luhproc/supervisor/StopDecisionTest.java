package io.luhproc.supervisor;

import static io.luhproc.supervisor.ProcessState.BACKOFF;
import static io.luhproc.supervisor.ProcessState.EXITED;
import static io.luhproc.supervisor.ProcessState.FAILED;
import static io.luhproc.supervisor.ProcessState.INACTIVE;
import static io.luhproc.supervisor.ProcessState.RUNNING;
import static io.luhproc.supervisor.ProcessState.STARTING;
import static io.luhproc.supervisor.ProcessState.STOPPING;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.RestartStrategy;
import io.luhproc.supervisor.Cause.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stop means stopped: at whatever moment it is wanted, and never a double. */
class StopDecisionTest {

  @Test
  void stopEndsTheTreeAndThenRests() {
    Story story = Story.running(Rules.simple()).stop().is(STOPPING);
    story.does(new Action.StopTree(0, 1, false)).exits(0, 143).is(STOPPING).does();
    story.gone(0).is(INACTIVE).because(0, Kind.WANTED, "stopped").does();
  }

  @Test
  void restartIsCancelledWhenStopArrivesDuringBackoff() {
    Story story = Story.running(Rules.simple()).dies(0, 1).is(BACKOFF);
    LifeTimer timer = story.life(0).timer().orElseThrow();
    assertThat(story.life(0).retries()).isEqualTo(1);
    story.stop().is(INACTIVE).does(new Action.Disarm(0, timer));
    assertThat(story.life(0).retries()).isZero();
    story.then(new Input.TimerFired(0, timer)).is(INACTIVE).does();
  }

  @Test
  void restartIsCancelledWhenStopArrivesWhileRemnantsAreEnded() {
    Story.running(Rules.simple()).exits(0, 1).stop().does().gone(0).is(INACTIVE).does();
  }

  @Test
  void restartIsCancelledWhenStopFollowsIt() {
    Story.running(Rules.simple()).restart().stop().does().gone(0).is(INACTIVE);
  }

  @Test
  void stopDuringALaunchWaitsForSomebodyToStop() {
    Story story = Story.of(Rules.simple()).start().stop().is(STOPPING);
    assertThat(story.actions()).noneMatch(Action.StopTree.class::isInstance);
    story.launched(0).does(new Action.StopTree(0, 1, false)).gone(0).is(INACTIVE);
  }

  @Test
  void stopDuringALaunchThatFailsIsDone() {
    Story.of(Rules.simple()).start().stop().launchFails(0).is(INACTIVE);
  }

  @Test
  void stopTwiceStopsOnce() {
    Story.running(Rules.simple()).stop().stop().is(STOPPING).does();
  }

  @Test
  void stopOfABlockedServiceIsDoneAtOnce() {
    Story story = Story.of(Rules.simple()).gate(new GateState.Closed(List.of("db"))).start();
    story.stop().is(INACTIVE).gate(new GateState.Open()).is(INACTIVE).does();
  }

  @Test
  void stopOfWhatIsDoneOrFailedOrNeverStartedRests() {
    Story.of(Rules.simple()).stop().is(INACTIVE).does();
    Story.running(Rules.simple()).dies(0, 0).is(EXITED).stop().is(INACTIVE);
    Story.running(Rules.simple()).dies(0, 125).is(FAILED).stop().is(INACTIVE).does();
  }

  @Test
  void stopDuringACheckEndsTheCheck() {
    Story story = Story.running(Rules.simple().checked(true)).stop();
    story.does(new Action.EndHealth(0, 1), new Action.StopTree(0, 1, false));
    story.unhealthy(0).does().healthy(0).is(STOPPING).gone(0).is(INACTIVE);
  }

  @Test
  void killIsWithoutGrace() {
    Story.running(Rules.simple()).kill().does(new Action.StopTree(0, 1, true));
  }

  @Test
  void killDuringAStopEndsItsGrace() {
    Story story = Story.running(Rules.simple()).stop().kill();
    story.does(new Action.StopTree(0, 1, true)).gone(0).is(INACTIVE).gone(0).does();
  }

  @Test
  void killDuringALaunchIsRemembered() {
    Story.of(Rules.simple()).start().kill().launched(0).does(new Action.StopTree(0, 1, true));
    Story.of(Rules.simple())
        .start()
        .stop()
        .kill()
        .launched(0)
        .does(new Action.StopTree(0, 1, true));
  }

  @Test
  void restartStopsAndStarts() {
    Story story = Story.running(Rules.simple()).restart().is(STOPPING);
    story.does(new Action.StopTree(0, 1, false)).gone(0).is(STARTING);
    assertThat(story.generation(0)).isEqualTo(2);
    story.because(0, Kind.WANTED, "restarted");
  }

  @Test
  void restartCountsRetriesAnew() {
    Story story = Story.running(Rules.simple()).dies(0, 1).timer(0).restart();
    assertThat(story.life(0).retries()).isZero();
  }

  @Test
  void restartOfWhatIsDownStartsIt() {
    Story.of(Rules.simple()).restart().is(STARTING);
  }

  @Test
  void secondAnswerOfAStopIsOldNewsToTheNextLaunch() {
    Story story = Story.running(Rules.simple()).stop().kill().start().gone(0).is(STARTING);
    story.then(new Input.TreeGone(0, 1)).is(STARTING).does();
    story.then(new Input.TreeStuck(0, 1, "pid 7")).is(STARTING).does();
  }

  @Test
  void whatCannotBeEndedIsNeverDoubled() {
    Story story = Story.running(Rules.simple()).restart().stuck(0).is(FAILED);
    story.because(0, Kind.STOP_FAILED, "pid 7 lives still").does();
    story.start().is(STOPPING).does(new Action.SweepTree(0, 1)).stuck(0).is(FAILED);
    story.start().gone(0).is(STARTING);
  }

  @Test
  void stopOfWhatCouldNotBeEndedTriesAgain() {
    Story story = Story.running(Rules.simple()).stop().stuck(0).is(FAILED);
    story.stop().is(STOPPING).does(new Action.StopTree(0, 1, false)).gone(0).is(INACTIVE);
  }

  @Test
  void whatGoesAfterAllIsGone() {
    Story.running(Rules.simple()).stop().stuck(0).gone(0).is(INACTIVE);
    Story.running(Rules.simple()).restart().stuck(0).gone(0).is(FAILED).start().is(STARTING);
  }

  @Test
  void someProcessesAreStoppedAndTheOthersRun() {
    Story story = Story.running(Rules.simple().processes(3, RestartStrategy.ONE_FOR_ALL));
    story.stop(1).is(RUNNING, STOPPING, RUNNING).gone(1).is(RUNNING, INACTIVE, RUNNING);
    story.start(1).is(RUNNING, STARTING, RUNNING);
  }
}
