package io.luhproc.supervisor;

import static io.luhproc.supervisor.VirtualSupervisor.process;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.HealthCheck;
import io.luhproc.service.ServiceSpec;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who is frozen is not checked and not given up, whoever froze it. */
class PausedTest {
  private final VirtualSupervisor it = new VirtualSupervisor();

  private static ServiceSpec.Builder checked() {
    return ServiceSpec.named("shop")
        .process(
            process("web").health(HealthCheck.tcp("localhost", 1)).startTimeout(ofSeconds(30)));
  }

  private void leftPaused() {
    Living living = it.world().living();
    Found.Trace lives = Found.Trace.LIVING;
    Found found = new Found(true, lives, Optional.of(living), false, Optional.empty(), "former");
    it.world().leftBehind("shop/web", found.asPaused());
  }

  private boolean isPaused() {
    return it.board().status("shop").process("web").paused();
  }

  private void resume() {
    CompletableFuture<ServiceStatus> resumed = it.wishes().pause(Target.of("shop"), false);
    it.oneAnswer();
    assertThat(resumed).isCompleted();
    assertThat(isPaused()).isFalse();
  }

  @Test
  void whoWasLeftPausedIsPausedUntilItIsResumed() {
    leftPaused();
    it.add(checked()).is("shop", ProcessState.STARTING).did("adopt shop/web");
    assertThat(isPaused()).isTrue();
    resume();
    it.did("resume shop/web", "check shop/web");
  }

  @Test
  void whoIsPausedWhileItStartsHasItsTimeAfterwards() {
    leftPaused();
    it.add(checked()).passes(ofMinutes(5)).is("shop", ProcessState.STARTING);
    resume();
    it.passes(ofSeconds(31));
    assertThat(it.board().explanation().why("shop")).contains("was not up within 30s");
  }

  @Test
  void whoIsPausedIsStopped() {
    leftPaused();
    it.add(checked());
    CompletableFuture<ServiceStatus> stopped = it.stop("shop");
    it.aSecond();
    assertThat(stopped).isCompleted();
    it.is("shop", ProcessState.INACTIVE);
    assertThat(isPaused()).isFalse();
  }

  @Test
  void aCheckThatBeganBeforeThePauseBeginsAgainAfterIt() {
    it.add(checked());
    CompletableFuture<ServiceStatus> started = it.start("shop");
    it.oneAnswer().did("launch shop/web", "check shop/web");
    assertThat(it.wishes().pause(Target.of("shop"), true)).isNotDone();
    it.oneAnswer().did("pause shop/web", "uncheck shop/web");
    resume();
    it.did("resume shop/web", "check shop/web");
    assertThat(started).isNotDone();
  }
}
