package io.luhproc.supervisor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.service.DependencyGraph;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.ResizableExecutor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A supervisor in virtual time over a fake runtime: everything but the facade and threads. */
final class VirtualSupervisor {
  private final VirtualTime time = new VirtualTime();
  private final StatusStore statuses = new StatusStore();
  private final List<SupervisorEvent> events = new ArrayList<>();
  private final ServiceManager services;
  private final VirtualLoop loop;
  private final FakeProcessRuntime runtime;
  private final ServiceRegistry registry;
  private final ServiceOperations operations;

  VirtualSupervisor() {
    services = new ServiceManager(statuses, () -> true);
    loop = new VirtualLoop(time, services::publish);
    FutureCompleter completer =
        new FutureCompleter(new DirectExecutor(), (delay, body) -> () -> {}, Path.of("/nowhere"));
    SupervisorLoop supervisorLoop = new SupervisorLoop(loop, loop, services, completer);
    runtime = new FakeProcessRuntime(loop, time);
    EngineContext context =
        new EngineContext(supervisorLoop, time, () -> 0, runtime, statuses, events::add);
    registry = new ServiceRegistry(services, context);
    operations = new ServiceOperations(services, context);
  }

  /** Returns a service with one process {@code it}, which runs as soon as it is launched. */
  static ServiceSpec.Builder service(String name) {
    return ServiceSpec.named(name).process(process("it"));
  }

  static ProcessSpec.Builder process(String name) {
    return ProcessSpec.command(name, "true").minReadyTime(Duration.ZERO);
  }

  VirtualSupervisor add(ServiceSpec.Builder... services) {
    registry.add(java.util.Arrays.stream(services).map(ServiceSpec.Builder::build).toList());
    return this;
  }

  VirtualSupervisor advance(Duration duration) {
    loop.advance(duration);
    return this;
  }

  /** Advances the time by that of one answer of the runtime. */
  VirtualSupervisor advanceOneReply() {
    return advance(Duration.ofMillis(10));
  }

  VirtualSupervisor advanceOneSecond() {
    return advance(Duration.ofSeconds(1));
  }

  ServiceRegistry registry() {
    return registry;
  }

  ServiceOperations operations() {
    return operations;
  }

  FakeProcessRuntime runtime() {
    return runtime;
  }

  StatusStore statuses() {
    return statuses;
  }

  DependencyGraph graph() {
    return services.graph();
  }

  ServiceSpec spec(String service) {
    return services.service(service).spec();
  }

  List<String> stoppedParts(String service) {
    return services.service(service).fsmState().stoppedParts();
  }

  /** Returns the number of callers that wait for a service. */
  int waiterCount(String service) {
    return services.service(service).waiterCount();
  }

  int timerCount() {
    return loop.timerCount();
  }

  List<SupervisorEvent> events() {
    return events;
  }

  CompletableFuture<ServiceStatus> start(String service, String... processes) {
    return operations.start(ProcessSelector.of(service, processes));
  }

  CompletableFuture<ServiceStatus> stop(String service, String... processes) {
    return operations.stop(ProcessSelector.of(service, processes));
  }

  CompletableFuture<ServiceStatus> restart(String service, String... processes) {
    return operations.restart(ProcessSelector.of(service, processes));
  }

  /** Starts services and waits until they are up. */
  VirtualSupervisor startAndAwait(String... services) {
    for (String service : services) {
      CompletableFuture<ServiceStatus> started = start(service);
      advanceOneSecond();
      assertThat(started).as(service + " is up").isCompleted();
    }
    runtime.takeCalls();
    return this;
  }

  VirtualSupervisor assertState(String service, ProcessState state) {
    assertThat(state(service)).as(() -> statuses.statusText().why(service)).isEqualTo(state);
    return this;
  }

  ProcessState state(String service) {
    return statuses.status(service).state();
  }

  /** Checks the calls of the runtime since the last check. */
  VirtualSupervisor assertCalls(String... expected) {
    assertThat(runtime.takeCalls()).containsExactly(expected);
    return this;
  }

  static void assertFailed(CompletableFuture<?> future, String... parts) {
    assertThat(future).isCompletedExceptionally();
    assertThatThrownBy(future::join).hasMessageContainingAll(parts);
  }

  /** Runs bodies on the calling thread. */
  private static final class DirectExecutor implements ResizableExecutor {
    @Override
    public void execute(Runnable body) {
      body.run();
    }

    @Override
    public void grow() {
      // Nothing here waits.
    }

    @Override
    public void shrink() {
      // There are no threads.
    }

    @Override
    public void close() {
      // There are no threads.
    }
  }
}
