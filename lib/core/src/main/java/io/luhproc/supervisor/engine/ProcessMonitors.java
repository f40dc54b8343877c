package io.luhproc.supervisor.engine;

import io.luhproc.health.CheckRecord;
import io.luhproc.health.HealthPolicy;
import io.luhproc.health.HealthState;
import io.luhproc.health.HealthStatus;
import io.luhproc.service.SupervisorEvent.HealthChanged;
import io.luhproc.supervisor.runtime.ProcessRuntime;
import io.luhproc.supervisor.state.FsmEvent;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.supervisor.state.RunningProcess;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The health check and the memory monitor of a process. Their results become events. Confined to
 * the supervisor's thread.
 */
final class ProcessMonitors {
  private final ManagedProcess process;
  private final EngineContext context;
  private Optional<HealthState> healthState = Optional.empty();
  private Optional<HealthPolicy> checkedPolicy = Optional.empty();
  private @Nullable AutoCloseable health;
  private @Nullable AutoCloseable memory;

  ProcessMonitors(ManagedProcess process, EngineContext context) {
    this.process = process;
    this.context = context;
  }

  /** Returns the health of the latest launch. It is kept after the exit, which it may explain. */
  Optional<HealthState> healthState() {
    return healthState;
  }

  /** Clears the results of the former launch. */
  void resetHealth() {
    healthState = Optional.empty();
    checkedPolicy = Optional.empty();
  }

  /** Starts the health check; after a pause it continues with its earlier results. */
  void startHealthCheck(long generation) {
    stopHealthCheck();
    ProcessInstance instance = process.instance();
    Optional<HealthPolicy> policy = instance.spec().health();
    Optional<RunningProcess> running = process.running();
    if (running.isEmpty() || policy.isEmpty()) {
      return;
    }
    if (!policy.equals(checkedPolicy)) {
      healthState = Optional.of(HealthState.initial());
      checkedPolicy = policy;
    }
    ProcessRuntime runtime = context.runtime();
    health =
        runtime.startHealthCheck(
            instance, running.get(), record -> healthChecked(generation, policy.get(), record));
  }

  private void healthChecked(long generation, HealthPolicy policy, CheckRecord record) {
    HealthState before = healthState.orElse(HealthState.initial());
    HealthState after = before.with(policy, record);
    healthState = Optional.of(after);
    ManagedService service = process.service();
    service.markDirty();
    if (after.status() != before.status()) {
      context
          .events()
          .accept(
              new HealthChanged(
                  context.timeSource().now(),
                  service.name(),
                  process.name(),
                  after.status() == HealthStatus.HEALTHY,
                  StatusText.healthDetail(after)));
    }
    switch (after.status()) {
      case HEALTHY -> service.handle(new FsmEvent.Healthy(process.name(), generation));
      case UNHEALTHY -> {
        String detail = "its health check failed: " + record.result().detail();
        service.handle(new FsmEvent.Unhealthy(process.name(), generation, detail));
      }
      case STARTING -> {} // Too few results.
    }
  }

  void stopHealthCheck() {
    health = close(health);
  }

  /** Starts the memory monitor if the current spec has a limit. */
  void startMemoryMonitor(long generation) {
    stopMemoryMonitor();
    Optional<RunningProcess> running = process.running();
    if (running.isEmpty()) {
      return;
    }
    ProcessInstance instance = process.instance();
    OptionalLong maximum = instance.spec().limits().maxMemoryRestart();
    if (maximum.isPresent()) {
      memory =
          context
              .runtime()
              .monitorMemory(
                  instance,
                  running.get(),
                  detail -> context.loop().execute(() -> memoryLimitExceeded(generation, detail)));
    }
  }

  private void memoryLimitExceeded(long generation, String detail) {
    process.service().handle(new FsmEvent.MemoryLimitExceeded(process.name(), generation, detail));
  }

  void stopMemoryMonitor() {
    memory = close(memory);
  }

  void close() {
    stopHealthCheck();
    stopMemoryMonitor();
  }

  private static @Nullable AutoCloseable close(@Nullable AutoCloseable monitor) {
    if (monitor != null) {
      try {
        monitor.close();
      } catch (Exception e) {
        LoggerFactory.getLogger(ProcessMonitors.class).warn("cannot close a monitor", e);
      }
    }
    return null;
  }
}
