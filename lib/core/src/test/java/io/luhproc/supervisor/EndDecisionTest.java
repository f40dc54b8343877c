package io.luhproc.supervisor;

import static io.luhproc.supervisor.ProcessState.BACKOFF;
import static io.luhproc.supervisor.ProcessState.EXITED;
import static io.luhproc.supervisor.ProcessState.FAILED;
import static io.luhproc.supervisor.ProcessState.RUNNING;
import static io.luhproc.supervisor.ProcessState.STARTING;
import static io.luhproc.supervisor.ProcessState.STOPPING;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.RestartPolicy;
import io.luhproc.supervisor.Cause.Kind;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of a process that ended by itself, or does not do well. */
class EndDecisionTest {
  private static final RestartPolicy ALWAYS = RestartPolicy.always().jitter(0);
  private static final RestartPolicy ON_FAILURE = RestartPolicy.onFailure().jitter(0);

  private static Story running(RestartPolicy policy) {
    return Story.running(Rules.of(policy));
  }

  @Test
  void whatItLeftBehindIsEndedBeforeAnythingElse() {
    Story story = running(ON_FAILURE).exits(0, 1).is(STOPPING).does(new Action.SweepTree(0, 1));
    story.gone(0).is(BACKOFF).because(0, Kind.EXIT_CODE, "exit code 1");
  }

  @Test
  void successIsRestartedUnderAlwaysOnly() {
    running(ALWAYS).dies(0, 0).is(BACKOFF);
    running(ON_FAILURE).dies(0, 0).is(EXITED).because(0, Kind.EXIT_CODE, "exit code 0");
    running(RestartPolicy.never()).dies(0, 0).is(EXITED);
  }

  @Test
  void failureIsRestartedUnlessNever() {
    running(ALWAYS).dies(0, 1).is(BACKOFF);
    running(ON_FAILURE).dies(0, 1).is(BACKOFF);
    running(RestartPolicy.never()).dies(0, 1).is(FAILED).because(0, Kind.EXIT_CODE, "code 1");
  }

  @Test
  void onceIsNeverRestartedWhateverThePolicy() {
    Story.running(Rules.of(ALWAYS).once()).dies(0, 0).is(EXITED);
    Story.running(Rules.of(ALWAYS).once()).dies(0, 1).is(FAILED).because(0, Kind.EXIT_CODE, "1");
    Story.of(Rules.of(ALWAYS).once()).start().launchFails(0).is(FAILED);
  }

  @Test
  void exitCode125IsNeverRestarted() {
    running(ALWAYS).dies(0, 125).is(FAILED).because(0, Kind.NEVER_RESTART, "exit code 125");
    running(ALWAYS.successCodes(Set.of(125))).dies(0, 125).is(EXITED);
  }

  @Test
  void otherCodesMayMeanSuccess() {
    RestartPolicy policy = ON_FAILURE.successCodes(Set.of(0, 3, 143));
    running(policy).dies(0, 3).is(EXITED);
    Cause term = Cause.signal("SIGTERM");
    running(policy).ends(0, term, OptionalInt.of(143)).gone(0).is(EXITED);
  }

  @Test
  void memoryOutAndUnknownEndsAreNoSuccess() {
    Cause memory = new Cause(Kind.OUT_OF_MEMORY, "killed by the kernel for memory");
    running(ON_FAILURE).ends(0, memory, OptionalInt.of(0)).gone(0).is(BACKOFF);
    Cause unknown = new Cause(Kind.UNKNOWN, "ended while no supervisor watched");
    running(ON_FAILURE).ends(0, unknown, OptionalInt.empty()).gone(0).is(BACKOFF);
  }

  @Test
  void deathBeforeItSettledIsRetried() {
    Story.of(Rules.of(ON_FAILURE)).start().launched(0).dies(0, 1).is(BACKOFF);
  }

  @Test
  void retriesAreExhaustedAfterAsManyAsAreAllowed() {
    Story story = running(ON_FAILURE.maxRetries(2));
    story.dies(0, 3).is(BACKOFF).timer(0).launched(0);
    story.dies(0, 4).is(BACKOFF).timer(0).launched(0);
    story.dies(0, 5).is(FAILED).because(0, Kind.RETRIES_EXHAUSTED, "2 retries, last: exit code 5");
  }

  @Test
  void stableRunLetsRetriesCountAnew() {
    Story story = running(ON_FAILURE.maxRetries(1)).dies(0, 1).is(BACKOFF).timer(0).comesUp(0);
    story.passes(ofSeconds(10)).dies(0, 1).is(BACKOFF);
    assertThat(story.life(0).retries()).isEqualTo(1);
    story.timer(0).comesUp(0).passes(ofSeconds(10).minusNanos(1)).dies(0, 1).is(FAILED);
  }

  @Test
  void pausesGrowAndVaryByTheDice() {
    Story story = running(RestartPolicy.onFailure().jitter(0.5)).dice(-1).dies(0, 1);
    assertThat(delay(story)).isEqualTo(Duration.ofMillis(500));
    story.timer(0).dice(1).launchFails(0);
    assertThat(delay(story)).isEqualTo(ofSeconds(3));
  }

  private static Duration delay(Story story) {
    return story.actions().stream()
        .filter(Action.Arm.class::isInstance)
        .map(it -> ((Action.Arm) it).delay())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void withNoDelayItIsLaunchedAtOnce() {
    Story story = running(ON_FAILURE.delay(Duration.ZERO)).dies(0, 1).is(STARTING);
    assertThat(story.generation(0)).isEqualTo(2);
  }

  @Test
  void restartKeepsSayingAfterWhatItWas() {
    running(ON_FAILURE).dies(0, 7).timer(0).comesUp(0).is(RUNNING).because(0, Kind.EXIT_CODE, "7");
  }

  @Test
  void unhealthyIsRestartedWhereAsked() {
    Story story = Story.running(Rules.of(ON_FAILURE).checked(true)).unhealthy(0).is(STOPPING);
    story.does(new Action.EndHealth(0, 1), new Action.StopTree(0, 1, false));
    story.gone(0).is(BACKOFF).because(0, Kind.UNHEALTHY, "connection refused");
  }

  @Test
  void unhealthyIsRemarkedOtherwiseUntilItIsWell() {
    Story story = Story.running(Rules.of(ON_FAILURE).checked(false)).unhealthy(0).is(RUNNING);
    assertThat(story.life(0).run().unhealthy()).isTrue();
    assertThat(story.healthy(0).life(0).run().unhealthy()).isFalse();
  }

  @Test
  void tooMuchMemoryRestartsWhateverTheCheckMayDo() {
    Story story = Story.running(Rules.of(ON_FAILURE).checked(false)).memoryExceeded(0);
    story.is(STOPPING).gone(0).is(BACKOFF).because(0, Kind.MEMORY_LIMIT, "65 MiB of 64 MiB");
  }

  @Test
  void exitDuringAStopBecauseOfIllHealthChangesNothing() {
    Story story = Story.running(Rules.of(ON_FAILURE).checked(true)).unhealthy(0).exits(0, 0).does();
    story.gone(0).is(BACKOFF).because(0, Kind.UNHEALTHY, "refused");
  }
}
