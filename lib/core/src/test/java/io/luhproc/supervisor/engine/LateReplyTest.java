package io.luhproc.supervisor.engine;

import static io.luhproc.supervisor.engine.VirtualSupervisor.process;
import static io.luhproc.supervisor.engine.VirtualSupervisor.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthResult;
import io.luhproc.health.HealthState;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.process.ProcessEnd;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.SupervisorEvent.LimitsChanged;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Replies and results of a former launch do not change the status of the next one. */
@SuppressWarnings("FutureReturnValueIgnored") // Many a call is made for its effect.
class LateReplyTest {
  private final VirtualSupervisor supervisor = new VirtualSupervisor();

  private ProcessStatus status() {
    return supervisor.statuses().status("shop").process("it");
  }

  /** The first reply of the runtime takes 500 ms, the others 10 ms. */
  private void delayFirstReply() {
    Iterator<Duration> first = List.of(Duration.ofMillis(500)).iterator();
    supervisor
        .runtime()
        .setReplyDelay(() -> first.hasNext() ? first.next() : Duration.ofMillis(10));
  }

  private static ServiceSpec.Builder limited(int pids) {
    return ServiceSpec.named("shop")
        .process(process("it").limits(ResourceLimits.builder().pids(pids)));
  }

  @Test
  void lateExitDoesNotReplaceExitOfNextProcess() {
    supervisor.add(service("shop")).startAndAwait("shop");
    delayFirstReply();
    supervisor.restart("shop");
    supervisor.advance(Duration.ofMillis(100));
    assertThat(supervisor.runtime().exit("shop/it", 7)).isTrue();
    supervisor.advance(Duration.ofMillis(600));
    assertThat(status().lastExit().map(ProcessEnd::exitCode)).contains(OptionalInt.of(7));
  }

  @Test
  void lateReportOfLimitsDoesNotReplaceThoseOfNextProcess() {
    supervisor.add(limited(50)).startAndAwait("shop");
    delayFirstReply();
    supervisor.registry().update(limited(60).build());
    supervisor.restart("shop");
    supervisor.advanceOneSecond();
    assertThat(supervisor.events()).noneMatch(LimitsChanged.class::isInstance);
    assertThat(status().limits().statuses()).isEmpty();
  }

  @Test
  void healthOfFormerProcessIsForgottenOnRestart() {
    supervisor
        .add(
            ServiceSpec.named("shop")
                .process(process("it").health(HealthCheck.tcp("localhost", 1))))
        .start("shop");
    supervisor.advanceOneSecond();
    assertThat(supervisor.runtime().reportHealth("shop/it", HealthResult.healthy())).isTrue();
    supervisor.restart("shop");
    assertThat(status().health()).isNotEqualTo(Optional.of(HealthState.initial()));
    supervisor.advanceOneSecond();
    assertThat(status().health()).contains(HealthState.initial());
  }
}
