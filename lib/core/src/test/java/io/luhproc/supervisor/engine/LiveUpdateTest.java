package io.luhproc.supervisor.engine;

import static io.luhproc.supervisor.engine.VirtualSupervisor.process;
import static io.luhproc.supervisor.engine.VirtualSupervisor.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthPolicy;
import io.luhproc.health.HealthResult;
import io.luhproc.health.HealthState;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent.ServiceUpdated;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Updates that take effect in a running process, and what they leave alone. */
@SuppressWarnings("FutureReturnValueIgnored") // Many a call is made for its effect.
class LiveUpdateTest {
  private final VirtualSupervisor supervisor = new VirtualSupervisor();

  private static ServiceSpec.Builder shop(ProcessSpec.Builder... processes) {
    ServiceSpec.Builder shop = ServiceSpec.named("shop");
    List.of(processes).forEach(shop::process);
    return shop;
  }

  private static ProcessSpec.Builder checked(int port) {
    return process("web").health(HealthCheck.tcp("localhost", port));
  }

  private CompletableFuture<ServiceStatus> update(ServiceSpec.Builder spec) {
    return supervisor.registry().update(spec.build());
  }

  private List<String> changed() {
    return supervisor.events().stream()
        .filter(ServiceUpdated.class::isInstance)
        .map(event -> ((ServiceUpdated) event).changed())
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  @Test
  void changedEnvironmentOfServiceRestartsItsProcesses() {
    supervisor.add(service("shop")).startAndAwait("shop");
    update(service("shop").env("PORT", "1"));
    supervisor.advanceOneSecond().assertCalls("stop shop/it", "launch shop/it");
  }

  @Test
  void changedHealthCheckReplacesTheFormerOne() {
    supervisor.add(shop(checked(1))).start("shop");
    supervisor.advanceOneSecond().assertCalls("launch shop/web", "check shop/web");
    update(shop(checked(2)));
    supervisor.advanceOneSecond().assertCalls("uncheck shop/web", "check shop/web");
  }

  @Test
  void changedMemoryLimitIsWatched() {
    supervisor.add(shop(process("web").maxMemoryRestart("64MiB"))).startAndAwait("shop");
    update(shop(process("web").maxMemoryRestart("128MiB")));
    supervisor.advanceOneSecond().assertCalls("unwatch shop/web", "watch shop/web");
    update(shop(process("web")));
    supervisor.advanceOneSecond().assertCalls("unwatch shop/web");
    assertThat(supervisor.runtime().exceedMemory("shop/web")).isFalse();
  }

  @Test
  void startingProcessRunsOnceItsHealthCheckIsRemoved() {
    supervisor.add(shop(checked(1))).start("shop");
    supervisor.advanceOneSecond().assertState("shop", ProcessState.STARTING);
    CompletableFuture<ServiceStatus> updated = update(shop(process("web")));
    supervisor.advanceOneSecond().assertState("shop", ProcessState.RUNNING);
    assertThat(updated).isCompleted();
    supervisor
        .advance(Duration.ofHours(1))
        .assertCalls("launch shop/web", "check shop/web", "uncheck shop/web");
  }

  @Test
  void unhealthyProcessIsAvailableOnceItsHealthCheckIsRemoved() {
    HealthPolicy check = HealthCheck.tcp("localhost", 1).policy().restartWhenUnhealthy(false);
    supervisor
        .add(shop(process("web").health(check)), service("web").requires("shop"))
        .start("shop");
    supervisor.advanceOneSecond();
    assertThat(supervisor.runtime().reportHealth("shop/web", HealthResult.healthy())).isTrue();
    for (int i = 0; i < 5; i++) {
      supervisor.runtime().reportHealth("shop/web", HealthResult.unhealthy("refused"));
    }
    supervisor.start("web");
    supervisor.advanceOneSecond().assertState("web", ProcessState.BLOCKED);
    update(shop(process("web")));
    supervisor.advanceOneSecond().assertState("web", ProcessState.RUNNING);
  }

  @Test
  void resultsOfReplacedHealthCheckAreForgotten() {
    supervisor.add(shop(checked(1))).start("shop");
    supervisor.advanceOneSecond();
    assertThat(supervisor.runtime().reportHealth("shop/web", HealthResult.healthy())).isTrue();
    update(shop(checked(2)));
    supervisor.advanceOneSecond();
    assertThat(supervisor.statuses().status("shop").process("web").health())
        .contains(HealthState.initial());
  }

  private static ProcessSpec.Builder limited(int pids) {
    return process("web").oneshot().limits(ResourceLimits.builder().pids(pids));
  }

  @Test
  void exitCodeIsRecordedAfterUpdateOfLimits() {
    supervisor.add(shop(limited(50))).startAndAwait("shop");
    update(shop(limited(60)));
    supervisor.advanceOneSecond();
    assertThat(supervisor.runtime().exit("shop/web", 0)).isTrue();
    supervisor.advanceOneSecond().assertState("shop", ProcessState.EXITED);
    assertThat(supervisor.runtime().recordedExit("shop/web")).hasValue(0);
  }

  @Test
  void pauseDuringUpdateOfLimitsIsKept() {
    supervisor.add(shop(limited(50))).startAndAwait("shop");
    update(shop(limited(60)));
    supervisor.operations().setPaused(ProcessSelector.of("shop"), true);
    supervisor.advanceOneSecond();
    assertThat(supervisor.statuses().status("shop").process("web").paused()).isTrue();
  }

  @Test
  void changedHealthCheckOfPausedProcessStartsAfterResume() {
    supervisor.add(shop(checked(1))).start("shop");
    supervisor.advanceOneSecond();
    supervisor.operations().setPaused(ProcessSelector.of("shop"), true);
    supervisor.advanceOneSecond().runtime().takeCalls();
    update(shop(checked(2)));
    supervisor.advanceOneSecond().assertCalls();
    supervisor.operations().setPaused(ProcessSelector.of("shop"), false);
    supervisor.advanceOneSecond().assertCalls("resume shop/web", "check shop/web");
  }

  @Test
  void eventNamesAddedRemovedAndChangedProcesses() {
    supervisor.add(shop(process("web").replicas(3))).startAndAwait("shop");
    update(shop(process("web").replicas(2)));
    supervisor.advanceOneSecond();
    assertThat(changed()).containsExactly("web-3");
    update(shop(process("web").replicas(2).restart(RestartPolicy.never()), process("mail")));
    supervisor.advanceOneSecond();
    assertThat(changed()).containsExactly("web-1", "web-2", "mail");
  }

  @Test
  void formerNeighbourIsReevaluatedWhenItsEdgeIsRemoved() {
    supervisor.add(service("blue"), service("green").conflicts("blue"));
    supervisor.startAndAwait("green").runtime().suppressReplies("green/it");
    supervisor.start("blue");
    supervisor.advanceOneSecond().assertState("blue", ProcessState.BLOCKED);
    update(service("green"));
    supervisor.advanceOneSecond().assertState("blue", ProcessState.RUNNING);
  }

  @Test
  void stopOfEachProcessAfterShrinkIsFinal() {
    supervisor.add(service("db"), shop(process("web").replicas(3)).requires("db"));
    supervisor.startAndAwait("shop");
    update(shop(process("web").replicas(2)).requires("db"));
    supervisor.advanceOneSecond().stop("shop", "web-1", "web-2");
    supervisor.advanceOneSecond().restart("db");
    supervisor
        .advanceOneSecond()
        .assertState("db", ProcessState.RUNNING)
        .assertState("shop", ProcessState.INACTIVE);
  }

  @Test
  void processThatIsRemovedAndAddedAgainIgnoresLateEvents() {
    supervisor.add(shop(process("web"), process("mail"))).startAndAwait("shop");
    List<Duration> delays = List.of(Duration.ofMillis(500), Duration.ofMillis(10));
    java.util.Iterator<Duration> next = delays.iterator();
    supervisor.runtime().setReplyDelay(() -> next.hasNext() ? next.next() : Duration.ofMillis(10));
    update(shop(process("mail")));
    update(shop(process("mail"), process("web")));
    supervisor.advanceOneSecond().assertState("shop", ProcessState.RUNNING);
    assertThat(supervisor.statuses().status("shop").process("web").identity()).isPresent();
    assertThat(supervisor.runtime().exists("shop/web")).isTrue();
  }
}
