package io.luhproc.supervisor;

import static io.luhproc.supervisor.VirtualSupervisor.fails;
import static io.luhproc.supervisor.VirtualSupervisor.process;
import static io.luhproc.supervisor.VirtualSupervisor.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.limits.ResourceLimits;
import io.luhproc.process.Signal;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.SupervisorEvent.ProcessExited;
import io.luhproc.supervisor.SupervisorEvent.ProcessLaunched;
import io.luhproc.supervisor.SupervisorEvent.ServiceUpdated;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Services come, change and go, and whoever waits for them is told. */
@SuppressWarnings("FutureReturnValueIgnored") // Many a call is made for what it does.
class ServiceRosterTest {
  private final VirtualSupervisor it = new VirtualSupervisor();

  private CompletableFuture<ServiceStatus> update(ServiceSpec.Builder spec) {
    return it.roster().update(spec.build());
  }

  private static ServiceSpec.Builder shop() {
    return ServiceSpec.named("shop");
  }

  // Update.

  @Test
  void anUpdateRestartsOnlyWhatChanged() {
    it.add(shop().process(process("web")).process(process("queue"))).running("shop");
    CompletableFuture<ServiceStatus> updated =
        update(shop().process(process("web").env("PORT", "1")).process(process("queue")));
    it.aSecond().did("stop shop/web", "launch shop/web");
    assertThat(updated).isCompleted();
    assertThat(it.events()).filteredOn(e -> e instanceof ServiceUpdated).hasSize(1);
  }

  @Test
  void anUpdateStartsWhatIsNewAndRemovesWhatIsGone() {
    it.add(shop().process(process("web")).process(process("queue"))).running("shop");
    CompletableFuture<ServiceStatus> updated =
        update(shop().process(process("queue")).process(process("mail").replicas(2)));
    it.aSecond()
        .did("stop shop/web", "delete shop/web", "launch shop/mail-1", "launch shop/mail-2");
    assertThat(updated)
        .isCompletedWithValueMatching(
            s -> s.processes().size() == 3 && s.state() == ProcessState.RUNNING);
  }

  @Test
  void anUpdateOfLimitsIsDoneWhenItIsKnownWhetherTheyHold() {
    it.add(shop().process(process("web"))).running("shop");
    CompletableFuture<ServiceStatus> updated =
        update(shop().process(process("web").limits(ResourceLimits.builder().pids(10))));
    it.aSecond().did("limit shop/web");
    assertThat(updated)
        .isCompletedWithValueMatching(
            it -> it.process("web").limitsEnforced().statuses().size() == 1);
    assertThat(it.board().explanation().why("shop"))
        .contains("; limit pids not enforced: no groups here; make some");
  }

  @Test
  void ofUpdatesThatOverlapTheLastOneStands() {
    it.add(shop().process(process("web").replicas(2))).running("shop");
    for (int replicas : new int[] {4, 1, 4, 2}) {
      update(shop().process(process("web").replicas(replicas)));
    }
    CompletableFuture<ServiceStatus> last = update(shop().process(process("web").replicas(3)));
    it.aSecond();
    assertThat(last)
        .isCompletedWithValueMatching(
            s -> s.processes().size() == 3 && s.state() == ProcessState.RUNNING);
  }

  @Test
  void anUpdateOfAllProcessesKeepsTheServiceUp() {
    it.add(service("shop")).running("shop");
    update(shop().process(process("other")));
    it.aSecond().did("stop shop/it", "delete shop/it", "launch shop/other");
  }

  @Test
  void anUpdateOfWhatIsStoppedStartsNothing() {
    it.add(service("shop"));
    CompletableFuture<ServiceStatus> updated = update(shop().process(process("other")));
    it.aSecond().did("delete shop/it");
    assertThat(updated).isCompleted();
  }

  @Test
  void aStopDuringAnUpdateIsTheEnd() {
    it.add(service("shop")).running("shop");
    update(shop().process(process("other")));
    it.passes(Duration.ofMillis(5)).stop("shop");
    it.aSecond().did("stop shop/it", "delete shop/it").is("shop", ProcessState.INACTIVE);
  }

  @Test
  void aServiceThatComesDuringAnUpdateIsNotLost() {
    it.add(service("shop")).running("shop");
    update(shop().process(process("other")));
    it.add(service("log")).aSecond();
    it.running("log").is("shop", ProcessState.RUNNING);
  }

  // Remove.

  @Test
  void aServiceThatAnotherNamesIsNotRemoved() {
    it.add(service("db"), service("web").requires("db")).running("web");
    assertThatThrownBy(() -> it.roster().remove("db"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("service (db) must stay while web names it; remove or update web first");
    it.aSecond().did().is("db", ProcessState.RUNNING);
  }

  @Test
  void aServiceIsStoppedBeforeItIsRemoved() {
    it.add(service("shop")).running("shop");
    CompletableFuture<ServiceStatus> removed = it.roster().remove("shop");
    it.aSecond().did("stop shop/it", "delete shop/it");
    assertThat(removed).isCompleted();
    assertThatThrownBy(() -> it.board().status("shop")).isInstanceOf(NoSuchServiceException.class);
    assertThat(it.timers()).isZero();
  }

  @Test
  void whoSignalsWhatIsRemovedMeanwhileIsAnswered() {
    it.add(service("shop")).running("shop");
    Iterator<Duration> delays = List.of(Duration.ofSeconds(5), Duration.ofMillis(1)).iterator();
    it.world().answersAfter(() -> delays.hasNext() ? delays.next() : Duration.ofMillis(1));
    CompletableFuture<ServiceStatus> signalled = it.wishes().signal(Target.of("shop"), Signal.CONT);
    CompletableFuture<ServiceStatus> removed = it.roster().remove("shop");
    it.aSecond();
    assertThat(removed).isCompleted();
    assertThat(signalled).isNotDone();
    it.passes(Duration.ofSeconds(5));
    assertThat(signalled).isCompleted();
  }

  @Test
  void aDirectoryThatStaysIsTold() {
    it.add(service("shop")).running("shop");
    it.world().cannotBeDeleted("shop/it", "cannot remove it; see its disk");
    CompletableFuture<ServiceStatus> removed = it.roster().remove("shop");
    it.aSecond();
    fails(removed, "shop is removed, but not all of its directories: cannot remove it; see its");
    assertThatThrownBy(() -> it.board().status("shop")).isInstanceOf(NoSuchServiceException.class);
  }

  @Test
  void aStartThatIsStoppedIsToldSo() {
    it.add(service("shop"));
    CompletableFuture<ServiceStatus> started = it.start("shop");
    it.stop("shop");
    it.aSecond();
    fails(started, "it did not start: it was stopped: asked for");
  }

  @Test
  void twoThatRemoveTheSameAreBothAnswered() {
    it.add(service("shop"), service("log")).running("shop");
    CompletableFuture<ServiceStatus> first = it.roster().remove("shop");
    CompletableFuture<ServiceStatus> second = it.roster().remove("shop");
    CompletableFuture<ServiceStatus> other = it.roster().remove("log");
    it.aSecond();
    assertThat(first).isCompleted();
    fails(second, "there is no service shop");
    assertThat(other).isCompleted();
  }

  @Test
  void whoWaitsForAServiceThatIsRemovedIsTold() {
    it.add(service("shop"));
    CompletableFuture<ServiceStatus> awaited =
        it.wishes().await("shop", ProcessState.RUNNING, Duration.ofDays(1));
    it.roster().remove("shop");
    it.aSecond();
    fails(awaited, "there is no service shop");
    assertThat(it.timers()).isZero();
  }

  // Answers.

  @Test
  void anAnswerComesWhenTheSnapshotShowsIt() {
    it.add(service("shop"));
    CompletableFuture<ProcessState> seen = it.start("shop").thenApply(status -> it.state("shop"));
    it.aSecond();
    assertThat(seen).isCompletedWithValue(ProcessState.RUNNING);
  }

  @Test
  void aStartThatIsStoppedFailsAndTheStopIsTrue() {
    it.add(service("shop"));
    it.world().hangs("shop/it");
    CompletableFuture<ServiceStatus> started = it.start("shop");
    CompletableFuture<ServiceStatus> stopped = it.stop("shop");
    assertThat(started).isNotDone();
    it.passes(Duration.ofDays(1)).did("launch shop/it", "abort shop/it");
    assertThat(stopped).as("nobody knows yet").isNotDone();
  }

  @Test
  void aStopThatMeetsAStartIsTold() {
    it.add(service("db"), service("web").requires("db")).running("web");
    CompletableFuture<ServiceStatus> stopped = it.stop("db");
    it.passes(Duration.ofMillis(5)).start("web");
    it.aSecond().is("db", ProcessState.RUNNING).is("web", ProcessState.RUNNING);
    fails(stopped, "db did not stop: a start came after it: needed by web");
  }

  @Test
  void awaitFailsAfterItsTimeoutAndLeavesNoTimer() {
    it.add(service("shop"));
    CompletableFuture<ServiceStatus> late =
        it.wishes().await("shop", ProcessState.RUNNING, Duration.ofSeconds(2));
    it.aSecond();
    assertThat(late).isNotDone();
    it.aSecond();
    fails(late, TimeoutException.class.getName(), "was not RUNNING within 2s; it is INACTIVE");
    CompletableFuture<ServiceStatus> soon =
        it.wishes().await("shop", ProcessState.INACTIVE, Duration.ofDays(2));
    assertThat(soon).isCompleted();
    assertThat(it.timers()).isZero();
  }

  // The registry and the events.

  @Test
  void anEndThatIsToldLateDoesNotHideTheNextProcess() {
    List<Duration> delays = List.of(Duration.ofMillis(50), Duration.ofMillis(10));
    it.add(service("shop")).running("shop");
    long first = it.world().pids().iterator().next();
    java.util.Iterator<Duration> next = delays.iterator();
    it.world().answersAfter(() -> next.hasNext() ? next.next() : Duration.ofMillis(10));
    it.restart("shop");
    it.aSecond().is("shop", ProcessState.RUNNING);
    long second = it.world().pids().iterator().next();
    assertThat(it.board().find(first)).isEmpty();
    assertThat(it.board().find(second)).isPresent();
    assertThat(it.board().status("shop").process("it").identity()).isPresent();
  }

  @Test
  void eventsComeInTheOrderInWhichItHappened() {
    it.add(service("shop")).running("shop").stop("shop");
    it.aSecond();
    List<String> told =
        it.events().stream()
            .filter(e -> e instanceof ProcessLaunched || e instanceof ProcessExited)
            .map(e -> e.getClass().getSimpleName())
            .toList();
    assertThat(told).containsExactly("ProcessLaunched", "ProcessExited");
  }
}
