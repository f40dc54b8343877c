package io.luhproc.supervisor.engine;

import io.luhproc.health.CheckRecord;
import io.luhproc.health.HealthPolicy;
import io.luhproc.health.HealthState;
import io.luhproc.supervisor.state.FsmEvent;
import io.luhproc.supervisor.state.RunningProcess;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What watches over the living process of a slot, its health check and its memory, and tells the
 * machine what it sees. Belongs to the supervisor's thread.
 */
final class ProcessMonitors {
  private final ManagedProcess process;
  private final ManagedService service;
  private final EngineContext context;
  private Optional<HealthState> healthState = Optional.empty();
  private @Nullable AutoCloseable health;
  private @Nullable AutoCloseable memory;

  ProcessMonitors(ManagedProcess process, ManagedService service, EngineContext context) {
    this.process = process;
    this.service = service;
    this.context = context;
  }

  /** Returns what is known of its health, of the last process where none lives. */
  Optional<HealthState> healthState() {
    return healthState;
  }

  boolean isCheckingHealth() {
    return health != null;
  }

  /** Begins anew; the first check of a process that is paused comes when it goes on. */
  void startHealthCheck(long generation) {
    stopHealthCheck();
    Optional<HealthPolicy> policy = process.instance().spec().health();
    Optional<RunningProcess> running = process.running();
    if (running.isPresent() && policy.isPresent()) {
      healthState = Optional.of(HealthState.initial());
      health =
          process.isPaused() ? null : startHealthCheck(generation, running.get(), policy.get());
    }
  }

  private AutoCloseable startHealthCheck(long generation, RunningProcess of, HealthPolicy policy) {
    return context
        .runtime()
        .startHealthCheck(
            process.instance(), of, record -> healthChecked(generation, policy, record));
  }

  private void healthChecked(long generation, HealthPolicy policy, CheckRecord record) {
    HealthState before = healthState.orElse(HealthState.initial());
    HealthState after = before.with(policy, record);
    healthState = Optional.of(after);
    service.markDirty();
    if (after.status() != before.status()) {
      service.healthChanged(process, after);
    }
    switch (after.status()) {
      case HEALTHY -> service.handle(process, new FsmEvent.Healthy(process.index(), generation));
      case UNHEALTHY -> {
        String detail = "its health check failed: " + record.result().detail();
        service.handle(process, new FsmEvent.Unhealthy(process.index(), generation, detail));
      }
      case STARTING -> {
        // Too few results to say; the next one may decide.
      }
    }
  }

  /** What was found remains to be seen until the next launch: it may be why it was stopped. */
  void stopHealthCheck() {
    health = close(health);
  }

  void clearHealthState() {
    healthState = Optional.empty();
  }

  void startMemoryMonitor(long generation) {
    stopMemoryMonitor();
    Optional<RunningProcess> running = process.running();
    if (running.isPresent() && process.instance().spec().limits().maxMemoryRestart().isPresent()) {
      memory =
          context
              .runtime()
              .monitorMemory(
                  process.instance(),
                  running.get(),
                  detail ->
                      context.executor().execute(() -> memoryLimitExceeded(generation, detail)));
    }
  }

  private void memoryLimitExceeded(long generation, String detail) {
    service.handle(process, new FsmEvent.MemoryLimitExceeded(process.index(), generation, detail));
  }

  void stopMemoryMonitor() {
    memory = close(memory);
  }

  /** Lets go of both. */
  void close() {
    stopHealthCheck();
    stopMemoryMonitor();
  }

  private static @Nullable AutoCloseable close(@Nullable AutoCloseable watch) {
    if (watch != null) {
      try {
        watch.close();
      } catch (Exception e) {
        LoggerFactory.getLogger(ProcessMonitors.class)
            .warn("a watch over a process cannot be closed", e);
      }
    }
    return null;
  }
}
