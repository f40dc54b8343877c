package io.luhproc.supervisor.engine;

import static io.luhproc.supervisor.engine.VirtualSupervisor.process;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthResult;
import io.luhproc.health.HealthStatus;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent.HealthChanged;
import io.luhproc.supervisor.state.RecoveredProcess;
import io.luhproc.supervisor.state.RunningProcess;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A frozen process is neither checked nor restarted. */
class PauseTest {
  private final VirtualSupervisor supervisor = new VirtualSupervisor();

  private static ServiceSpec.Builder checked() {
    return ServiceSpec.named("shop")
        .process(
            process("web").health(HealthCheck.tcp("localhost", 1)).startTimeout(ofSeconds(30)));
  }

  private void recoverPaused() {
    RunningProcess running = supervisor.runtime().newRunningProcess();
    RecoveredProcess.Trace lives = RecoveredProcess.Trace.ALIVE;
    RecoveredProcess recovered =
        new RecoveredProcess(
            true, lives, Optional.of(running), false, false, Optional.empty(), "former");
    supervisor.runtime().addRecovered("shop/web", recovered.asPaused());
  }

  private boolean isPaused() {
    return supervisor.statuses().status("shop").process("web").paused();
  }

  private void resume() {
    CompletableFuture<ServiceStatus> resumed =
        supervisor.operations().setPaused(ProcessSelector.of("shop"), false);
    supervisor.advanceOneReply();
    assertThat(resumed).isCompleted();
    assertThat(isPaused()).isFalse();
  }

  @Test
  void recoveredPausedProcessStaysPausedUntilResumed() {
    recoverPaused();
    supervisor
        .add(checked())
        .assertState("shop", ProcessState.STARTING)
        .assertCalls("adopt shop/web");
    assertThat(isPaused()).isTrue();
    resume();
    supervisor.assertCalls("resume shop/web", "check shop/web");
  }

  @Test
  void startTimeoutRestartsWhenProcessIsResumed() {
    recoverPaused();
    supervisor.add(checked()).advance(ofMinutes(5)).assertState("shop", ProcessState.STARTING);
    resume();
    supervisor.advance(ofSeconds(31));
    assertThat(supervisor.statuses().statusText().why("shop")).contains("was not up within 30s");
  }

  @Test
  void pausedProcessCanBeStopped() {
    recoverPaused();
    supervisor.add(checked());
    CompletableFuture<ServiceStatus> stopped = supervisor.stop("shop");
    supervisor.advanceOneSecond();
    assertThat(stopped).isCompleted();
    supervisor.assertState("shop", ProcessState.INACTIVE);
    assertThat(isPaused()).isFalse();
  }

  @Test
  void healthCheckRestartsAfterResume() {
    supervisor.add(checked());
    CompletableFuture<ServiceStatus> started = supervisor.start("shop");
    supervisor.advanceOneReply().assertCalls("launch shop/web", "check shop/web");
    assertThat(supervisor.operations().setPaused(ProcessSelector.of("shop"), true)).isNotDone();
    supervisor.advanceOneReply().assertCalls("pause shop/web", "uncheck shop/web");
    resume();
    supervisor.assertCalls("resume shop/web", "check shop/web");
    assertThat(started).isNotDone();
  }

  @Test
  void healthyIsReportedOnceAcrossPauseAndResume() {
    supervisor.add(checked());
    assertThat(supervisor.start("shop")).isNotDone();
    supervisor.advanceOneReply();
    assertThat(supervisor.runtime().reportHealth("shop/web", HealthResult.healthy())).isTrue();
    assertThat(supervisor.operations().setPaused(ProcessSelector.of("shop"), true)).isNotDone();
    supervisor.advanceOneReply();
    resume();
    assertThat(supervisor.statuses().status("shop").process("web").health())
        .hasValueSatisfying(it -> assertThat(it.status()).isEqualTo(HealthStatus.HEALTHY));
    assertThat(supervisor.runtime().reportHealth("shop/web", HealthResult.healthy())).isTrue();
    assertThat(supervisor.events()).filteredOn(HealthChanged.class::isInstance).hasSize(1);
  }
}
