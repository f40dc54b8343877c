package io.luhproc.supervisor;

import static io.luhproc.service.RestartStrategy.ONE_FOR_ALL;
import static io.luhproc.service.RestartStrategy.ONE_FOR_ONE;
import static io.luhproc.service.RestartStrategy.REST_FOR_ONE;
import static io.luhproc.supervisor.ProcessState.BACKOFF;
import static io.luhproc.supervisor.ProcessState.EXITED;
import static io.luhproc.supervisor.ProcessState.FAILED;
import static io.luhproc.supervisor.ProcessState.INACTIVE;
import static io.luhproc.supervisor.ProcessState.RUNNING;
import static io.luhproc.supervisor.ProcessState.STARTING;
import static io.luhproc.supervisor.ProcessState.STOPPING;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.RestartPolicy;
import io.luhproc.service.RestartStrategy;
import io.luhproc.supervisor.Cause.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whom the end of one process concerns, and how many restarts a service bears. */
class StrategyTest {

  private static Story three(RestartStrategy strategy) {
    return Story.running(Rules.simple().processes(3, strategy));
  }

  @Test
  void oneForOneLeavesTheOthersAlone() {
    three(ONE_FOR_ONE).dies(1, 1).is(RUNNING, BACKOFF, RUNNING);
    three(ONE_FOR_ONE).dies(1, 125).is(RUNNING, FAILED, RUNNING);
  }

  @Test
  void oneForAllStopsAllAndStartsThemTogether() {
    Story story = three(ONE_FOR_ALL).dies(1, 1).is(STOPPING, BACKOFF, STOPPING);
    story.does(new Action.StopTree(0, 1, false), new Action.StopTree(2, 1, false));
    story.because(0, Kind.PEER, "web is restarted: exit code 1");
    story.because(1, Kind.EXIT_CODE, "exit code 1");
    assertThat(story.life(1).timer()).as("waits for the others").isEmpty();
    story.gone(2).is(STOPPING, BACKOFF, BACKOFF).does();
    story.gone(0).is(BACKOFF, BACKOFF, BACKOFF);
    assertThat(story.actions())
        .hasSize(3)
        .allMatch(it -> it instanceof Action.Arm arm && arm.delay().equals(Rules.DELAY));
    story.timer(0).timer(1).timer(2).is(STARTING, STARTING, STARTING);
  }

  @Test
  void restForOneStopsThoseAfterIt() {
    Story story = three(REST_FOR_ONE).dies(1, 1).is(RUNNING, BACKOFF, STOPPING);
    story.gone(2).is(RUNNING, BACKOFF, BACKOFF).timer(1).timer(2);
    story.is(RUNNING, STARTING, STARTING);
  }

  @Test
  void groupIsLaunchedAtOnceWhereThereIsNoDelay() {
    Rules rules = Rules.of(RestartPolicy.onFailure().delay(Duration.ZERO));
    Story story = Story.running(rules.processes(2, ONE_FOR_ALL)).dies(0, 1);
    story.is(BACKOFF, STOPPING).gone(1).is(STARTING, STARTING);
  }

  @Test
  void peersLoseNoRetriesOfTheirOwn() {
    Story story = three(ONE_FOR_ALL).dies(1, 1).gone(0).gone(2);
    assertThat(story.life(0).retries()).isZero();
    assertThat(story.life(1).retries()).isEqualTo(1);
  }

  @Test
  void whatWaitsForItsOwnRetryIsDrawnIn() {
    Story story = three(REST_FOR_ONE).dies(2, 1).is(RUNNING, RUNNING, BACKOFF);
    LifeTimer own = story.life(2).timer().orElseThrow();
    story.dies(0, 1).is(BACKOFF, STOPPING, BACKOFF);
    assertThat(story.actions()).contains(new Action.Disarm(2, own));
    story.gone(1).is(BACKOFF, BACKOFF, BACKOFF);
  }

  @Test
  void whatIsDoneOrNotWantedStaysSo() {
    Story done = Story.running(Rules.simple().once().processes(1, ONE_FOR_ALL)).dies(0, 0);
    done.is(EXITED);
    Story story = three(ONE_FOR_ALL).dies(0, 0).stop(2).gone(2).is(EXITED, RUNNING, INACTIVE);
    story.dies(1, 1).is(EXITED, BACKOFF, INACTIVE).timer(1).is(EXITED, STARTING, INACTIVE);
  }

  @Test
  void launchInFlightIsWaitedForAndStopped() {
    Story story = three(ONE_FOR_ALL).stop(2).gone(2).start(2).dies(0, 1);
    story.is(BACKOFF, STOPPING, STOPPING).gone(1).is(BACKOFF, BACKOFF, STOPPING);
    story.launched(2).does(new Action.StopTree(2, 2, false));
    story.gone(2).is(BACKOFF, BACKOFF, BACKOFF);
  }

  @Test
  void twoThatDieTogetherAreRestartedTogetherAsOne() {
    Rules rules = Rules.simple().processes(2, ONE_FOR_ALL).intensity(1, ofSeconds(10));
    Story story = Story.running(rules).exits(0, 1).exits(1, 1).gone(0).is(BACKOFF, STOPPING);
    story.gone(1).is(BACKOFF, BACKOFF).timer(0).timer(1).is(STARTING, STARTING);
  }

  @Test
  void groupGrowsWhenAnEarlierOneDies() {
    Story story = three(REST_FOR_ONE).dies(1, 1).is(RUNNING, BACKOFF, STOPPING);
    story.dies(0, 1).is(BACKOFF, BACKOFF, STOPPING).gone(2).is(BACKOFF, BACKOFF, BACKOFF);
    assertThat(story.life().group()).isEmpty();
  }

  @Test
  void stopTakesOneOutOfItsGroup() {
    Story story = three(ONE_FOR_ALL).dies(1, 1).stop(0).gone(0).gone(2);
    story.is(INACTIVE, BACKOFF, BACKOFF);
    three(ONE_FOR_ALL).dies(1, 1).stop().gone(0).gone(2).is(INACTIVE, INACTIVE, INACTIVE);
    three(ONE_FOR_ALL).dies(1, 1).stop(1).gone(0).gone(2).is(BACKOFF, INACTIVE, BACKOFF);
  }

  @Test
  void startTakesOneOutOfItsGroup() {
    Story story = three(ONE_FOR_ALL).dies(1, 1).start(1).is(STOPPING, STARTING, STOPPING);
    story.gone(0).gone(2).is(BACKOFF, STARTING, BACKOFF);
  }

  @Test
  void whenOneOfAllIsGivenUpAllAre() {
    Story story = three(ONE_FOR_ALL).dies(1, 125).is(STOPPING, FAILED, STOPPING);
    story.gone(0).gone(2).is(FAILED, FAILED, FAILED);
    story.because(0, Kind.PEER, "web was given up: exit code 125");
    assertThat(story.life().cause().kind()).isEqualTo(Kind.NEVER_RESTART);
  }

  @Test
  void whenOneIsGivenUpSoIsTheRestAfterIt() {
    three(REST_FOR_ONE).dies(1, 125).gone(2).is(RUNNING, FAILED, FAILED);
  }

  @Test
  void givingUpEndsAPendingGroup() {
    Story story = three(ONE_FOR_ALL).exits(2, 125).dies(1, 1).is(STOPPING, BACKOFF, STOPPING);
    story.gone(2).is(STOPPING, FAILED, FAILED).gone(0).is(FAILED, FAILED, FAILED);
    assertThat(story.life().group()).isEmpty();
  }

  @Test
  void oneThatCannotBeEndedGivesUpTheOthers() {
    three(ONE_FOR_ALL).dies(1, 1).stuck(0).is(FAILED, FAILED, STOPPING).gone(2);
  }

  @Test
  void oneThatIsNotWantedAndCannotBeEndedConcernsNobody() {
    three(ONE_FOR_ALL).stop(0).stuck(0).is(FAILED, RUNNING, RUNNING);
  }

  @Test
  void failedDependencyIsToldOfAllThatWait() {
    Story story = Story.of(Rules.simple().processes(2, ONE_FOR_ALL));
    story.gate(new GateState.Closed(List.of("db"))).start();
    story.gate(new GateState.Failed("db", "exit code 1")).is(FAILED, FAILED);
    story.because(0, Kind.DEPENDENCY_FAILED, "db").because(1, Kind.DEPENDENCY_FAILED, "db");
  }

  @Test
  void moreRestartsThanItBearsFailTheService() {
    Rules rules = Rules.simple().processes(3, ONE_FOR_ONE).intensity(2, ofSeconds(10));
    Story story = Story.running(rules).dies(0, 1).dies(1, 1).is(BACKOFF, BACKOFF, RUNNING);
    story.dies(0, 1).timer(0).launched(0).exits(0, 4).gone(0);
    story.is(FAILED, FAILED, STOPPING).gone(2).is(FAILED, FAILED, FAILED);
    story.because(1, Kind.INTENSITY_EXCEEDED, "more than 2 restarts within 10s, last of web");
  }

  @Test
  void restartsLongAgoDoNotCount() {
    Rules rules = Rules.simple().intensity(1, ofSeconds(10));
    Story story = Story.running(rules).dies(0, 1).timer(0).comesUp(0).passes(ofSeconds(9));
    story.dies(0, 1).is(BACKOFF).timer(0).comesUp(0).dies(0, 1).is(FAILED);
  }

  @Test
  void startAfterItCountsAnew() {
    Rules rules = Rules.simple().intensity(1, ofSeconds(10));
    Story story = Story.running(rules).dies(0, 1).timer(0).comesUp(0).dies(0, 1).is(FAILED);
    story.start().comesUp(0).dies(0, 1).is(BACKOFF);
  }

  @Test
  void stateOfAServiceIsWhatOneHasToKnowFirst() {
    Story story = three(ONE_FOR_ONE);
    assertThat(story.life().state()).isEqualTo(RUNNING);
    assertThat(story.dies(0, 0).life().state()).isEqualTo(RUNNING);
    assertThat(story.dies(1, 1).life().state()).isEqualTo(BACKOFF);
    assertThat(story.timer(1).life().state()).isEqualTo(STARTING);
    assertThat(story.stop(1).life().state()).isEqualTo(STOPPING);
    assertThat(story.dies(2, 125).life().state()).isEqualTo(FAILED);
    assertThat(story.life().cause().kind()).isEqualTo(Kind.NEVER_RESTART);
    assertThat(story.stop().launched(1).gone(1).life().state()).isEqualTo(INACTIVE);
  }
}
