package io.luhproc.supervisor.engine;

import static io.luhproc.supervisor.engine.VirtualSupervisor.assertFailed;
import static io.luhproc.supervisor.engine.VirtualSupervisor.process;
import static io.luhproc.supervisor.engine.VirtualSupervisor.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.limits.ResourceLimits;
import io.luhproc.process.Signal;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent.ProcessExited;
import io.luhproc.service.SupervisorEvent.ProcessLaunched;
import io.luhproc.service.SupervisorEvent.ServiceUpdated;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Services are added, updated and removed, and the callers that wait for them are answered. */
@SuppressWarnings("FutureReturnValueIgnored") // Many a call is made for its effect.
class ServiceRegistryTest {
  private final VirtualSupervisor supervisor = new VirtualSupervisor();

  private CompletableFuture<ServiceStatus> update(ServiceSpec.Builder spec) {
    return supervisor.registry().update(spec.build());
  }

  private static ServiceSpec.Builder shop() {
    return ServiceSpec.named("shop");
  }

  // Update.

  @Test
  void updateRestartsOnlyChangedProcesses() {
    supervisor.add(shop().process(process("web")).process(process("queue"))).startAndAwait("shop");
    CompletableFuture<ServiceStatus> updated =
        update(shop().process(process("web").env("PORT", "1")).process(process("queue")));
    supervisor.advanceOneSecond().assertCalls("stop shop/web", "launch shop/web");
    assertThat(updated).isCompleted();
    assertThat(supervisor.events()).filteredOn(e -> e instanceof ServiceUpdated).hasSize(1);
  }

  @Test
  void updateStartsNewAndRemovesDroppedProcesses() {
    supervisor.add(shop().process(process("web")).process(process("queue"))).startAndAwait("shop");
    CompletableFuture<ServiceStatus> updated =
        update(shop().process(process("queue")).process(process("mail").replicas(2)));
    supervisor
        .advanceOneSecond()
        .assertCalls(
            "stop shop/web", "delete shop/web", "launch shop/mail-1", "launch shop/mail-2");
    assertThat(updated)
        .isCompletedWithValueMatching(
            s -> s.processes().size() == 3 && s.state() == ProcessState.RUNNING);
  }

  @Test
  void limitUpdateCompletesOnceEnforcementIsKnown() {
    supervisor.add(shop().process(process("web"))).startAndAwait("shop");
    CompletableFuture<ServiceStatus> updated =
        update(shop().process(process("web").limits(ResourceLimits.builder().pids(10))));
    supervisor.advanceOneSecond().assertCalls("limit shop/web");
    assertThat(updated)
        .isCompletedWithValueMatching(it -> it.process("web").limits().statuses().size() == 1);
    assertThat(supervisor.statuses().statusText().why("shop"))
        .contains("; limit pids not enforced: no groups here; make some");
  }

  @Test
  void lastOfOverlappingUpdatesWins() {
    supervisor.add(shop().process(process("web").replicas(2))).startAndAwait("shop");
    for (int replicas : new int[] {4, 1, 4, 2}) {
      update(shop().process(process("web").replicas(replicas)));
    }
    CompletableFuture<ServiceStatus> last = update(shop().process(process("web").replicas(3)));
    supervisor.advanceOneSecond();
    assertThat(last)
        .isCompletedWithValueMatching(
            s -> s.processes().size() == 3 && s.state() == ProcessState.RUNNING);
  }

  @Test
  void updateOfAllProcessesKeepsServiceRunning() {
    supervisor.add(service("shop")).startAndAwait("shop");
    update(shop().process(process("other")));
    supervisor
        .advanceOneSecond()
        .assertCalls("stop shop/it", "delete shop/it", "launch shop/other");
  }

  @Test
  void updateOfStoppedServiceStartsNothing() {
    supervisor.add(service("shop"));
    CompletableFuture<ServiceStatus> updated = update(shop().process(process("other")));
    supervisor.advanceOneSecond().assertCalls("delete shop/it");
    assertThat(updated).isCompleted();
  }

  @Test
  void stopDuringUpdateIsFinal() {
    supervisor.add(service("shop")).startAndAwait("shop");
    update(shop().process(process("other")));
    supervisor.advance(Duration.ofMillis(5)).stop("shop");
    supervisor
        .advanceOneSecond()
        .assertCalls("stop shop/it", "delete shop/it")
        .assertState("shop", ProcessState.INACTIVE);
  }

  @Test
  void serviceAddedDuringUpdateIsKept() {
    supervisor.add(service("shop")).startAndAwait("shop");
    update(shop().process(process("other")));
    supervisor.add(service("log")).advanceOneSecond();
    supervisor.startAndAwait("log").assertState("shop", ProcessState.RUNNING);
  }

  // Remove.

  @Test
  void removeIsRefusedWhileAnotherServiceReferencesIt() {
    supervisor.add(service("db"), service("web").requires("db")).startAndAwait("web");
    assertThatThrownBy(() -> supervisor.registry().remove("db"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("service (db) must stay while web names it; remove or update web first");
    supervisor.advanceOneSecond().assertCalls().assertState("db", ProcessState.RUNNING);
  }

  @Test
  void removeStopsServiceFirst() {
    supervisor.add(service("shop")).startAndAwait("shop");
    CompletableFuture<ServiceStatus> removed = supervisor.registry().remove("shop");
    supervisor.advanceOneSecond().assertCalls("stop shop/it", "delete shop/it");
    assertThat(removed).isCompleted();
    assertThatThrownBy(() -> supervisor.statuses().status("shop"))
        .isInstanceOf(NoSuchServiceException.class);
    assertThat(supervisor.timerCount()).isZero();
  }

  @Test
  void signalCompletesWhenServiceIsRemovedMeanwhile() {
    supervisor.add(service("shop")).startAndAwait("shop");
    Iterator<Duration> delays = List.of(Duration.ofSeconds(5), Duration.ofMillis(1)).iterator();
    supervisor
        .runtime()
        .setReplyDelay(() -> delays.hasNext() ? delays.next() : Duration.ofMillis(1));
    CompletableFuture<ServiceStatus> signalled =
        supervisor.operations().signal(ProcessSelector.of("shop"), Signal.CONT);
    CompletableFuture<ServiceStatus> removed = supervisor.registry().remove("shop");
    supervisor.advanceOneSecond();
    assertThat(removed).isCompleted();
    assertThat(signalled).isNotDone();
    supervisor.advance(Duration.ofSeconds(5));
    assertThat(signalled).isCompleted();
  }

  @Test
  void removeReportsUndeletableDirectory() {
    supervisor.add(service("shop")).startAndAwait("shop");
    supervisor.runtime().failDelete("shop/it", "cannot remove it; see its disk");
    CompletableFuture<ServiceStatus> removed = supervisor.registry().remove("shop");
    supervisor.advanceOneSecond();
    assertFailed(
        removed, "shop is removed, but not all of its directories: cannot remove it; see its");
    assertThatThrownBy(() -> supervisor.statuses().status("shop"))
        .isInstanceOf(NoSuchServiceException.class);
  }

  @Test
  void startCancelledByStopReportsThat() {
    supervisor.add(service("shop"));
    CompletableFuture<ServiceStatus> started = supervisor.start("shop");
    supervisor.stop("shop");
    supervisor.advanceOneSecond();
    assertFailed(started, "it did not start: it was stopped: asked for");
  }

  @Test
  void concurrentRemovesBothComplete() {
    supervisor.add(service("shop"), service("log")).startAndAwait("shop");
    CompletableFuture<ServiceStatus> first = supervisor.registry().remove("shop");
    CompletableFuture<ServiceStatus> second = supervisor.registry().remove("shop");
    CompletableFuture<ServiceStatus> other = supervisor.registry().remove("log");
    supervisor.advanceOneSecond();
    assertThat(first).isCompleted();
    assertFailed(second, "there is no service shop");
    assertThat(other).isCompleted();
  }

  @Test
  void awaitFailsWhenServiceIsRemoved() {
    supervisor.add(service("shop"));
    CompletableFuture<ServiceStatus> awaited =
        supervisor.operations().await("shop", ProcessState.RUNNING, Duration.ofDays(1));
    supervisor.registry().remove("shop");
    supervisor.advanceOneSecond();
    assertFailed(awaited, "there is no service shop");
    assertThat(supervisor.timerCount()).isZero();
  }

  // Answers.

  @Test
  void replyCompletesAfterSnapshotIsPublished() {
    supervisor.add(service("shop"));
    CompletableFuture<ProcessState> seen =
        supervisor.start("shop").thenApply(status -> supervisor.state("shop"));
    supervisor.advanceOneSecond();
    assertThat(seen).isCompletedWithValue(ProcessState.RUNNING);
  }

  @Test
  void startFailsAndStopSucceedsWhenStopFollowsStart() {
    supervisor.add(service("shop"));
    supervisor.runtime().suppressReplies("shop/it");
    CompletableFuture<ServiceStatus> started = supervisor.start("shop");
    CompletableFuture<ServiceStatus> stopped = supervisor.stop("shop");
    assertThat(started).isNotDone();
    supervisor.advance(Duration.ofDays(1)).assertCalls("launch shop/it", "abort shop/it");
    assertThat(stopped).as("the launch is not answered").isNotDone();
  }

  @Test
  void stopFailsWhenStartFollowsIt() {
    supervisor.add(service("db"), service("web").requires("db")).startAndAwait("web");
    CompletableFuture<ServiceStatus> stopped = supervisor.stop("db");
    supervisor.advance(Duration.ofMillis(5)).start("web");
    supervisor
        .advanceOneSecond()
        .assertState("db", ProcessState.RUNNING)
        .assertState("web", ProcessState.RUNNING);
    assertFailed(stopped, "db did not stop: a start came after it: needed by web");
  }

  @Test
  void awaitFailsAfterTimeoutAndLeavesNoTimer() {
    supervisor.add(service("shop"));
    CompletableFuture<ServiceStatus> late =
        supervisor.operations().await("shop", ProcessState.RUNNING, Duration.ofSeconds(2));
    supervisor.advanceOneSecond();
    assertThat(late).isNotDone();
    supervisor.advanceOneSecond();
    assertFailed(
        late, TimeoutException.class.getName(), "was not RUNNING within 2s; it is INACTIVE");
    CompletableFuture<ServiceStatus> soon =
        supervisor.operations().await("shop", ProcessState.INACTIVE, Duration.ofDays(2));
    assertThat(soon).isCompleted();
    assertThat(supervisor.timerCount()).isZero();
  }

  // The registry and the events.

  @Test
  void lateExitDoesNotHideNextProcess() {
    List<Duration> delays = List.of(Duration.ofMillis(50), Duration.ofMillis(10));
    supervisor.add(service("shop")).startAndAwait("shop");
    long first = supervisor.runtime().pids().iterator().next();
    java.util.Iterator<Duration> next = delays.iterator();
    supervisor.runtime().setReplyDelay(() -> next.hasNext() ? next.next() : Duration.ofMillis(10));
    supervisor.restart("shop");
    supervisor.advanceOneSecond().assertState("shop", ProcessState.RUNNING);
    long second = supervisor.runtime().pids().iterator().next();
    assertThat(supervisor.statuses().find(first)).isEmpty();
    assertThat(supervisor.statuses().find(second)).isPresent();
    assertThat(supervisor.statuses().status("shop").process("it").identity()).isPresent();
  }

  @Test
  void eventsArriveInOrder() {
    supervisor.add(service("shop")).startAndAwait("shop").stop("shop");
    supervisor.advanceOneSecond();
    List<String> told =
        supervisor.events().stream()
            .filter(e -> e instanceof ProcessLaunched || e instanceof ProcessExited)
            .map(e -> e.getClass().getSimpleName())
            .toList();
    assertThat(told).containsExactly("ProcessLaunched", "ProcessExited");
  }
}
