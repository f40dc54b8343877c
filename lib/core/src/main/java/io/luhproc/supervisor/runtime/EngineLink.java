package io.luhproc.supervisor.runtime;

import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerEngines;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.time.PeriodicThread;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * An engine that runs processes of one supervisor. A watch reports their changes. From time to time
 * a list shows what a watch does not: that the engine has forgotten a process, or gives no answer.
 */
final class EngineLink implements AutoCloseable {
  private static final String APP = "luhproc-services";

  private final WorkerEngine engine;
  private final Duration interval;
  private final TimeSource timeSource;
  private final Map<WorkerKey, RemoteProcess> processes = new ConcurrentHashMap<>();
  private final WorkerEngine.EngineWatch watch;
  private final PeriodicThread check;
  // Guarded by this.
  private Optional<Instant> silentSince = Optional.empty();

  /**
   * Opens an engine.
   *
   * @param interval how often the processes are listed
   * @throws io.luhproc.engine.EngineRefusedException if there is no such engine
   */
  EngineLink(String address, Duration interval, TimeSource timeSource) {
    this.engine = WorkerEngines.open(address, APP, System.getenv());
    this.interval = interval;
    this.timeSource = timeSource;
    this.watch = engine.watch(this::observe);
    this.check = PeriodicThread.start("engine-check", interval, this::check);
  }

  WorkerEngine engine() {
    return engine;
  }

  void add(WorkerKey key, RemoteProcess process) {
    processes.put(key, process);
  }

  void remove(WorkerKey key) {
    processes.remove(key);
  }

  /** Returns since when the engine gives no answer; empty if it does. */
  synchronized Optional<Instant> silentSince() {
    return silentSince;
  }

  /** Calls the engine, and notes whether it answers. */
  <T> T call(Supplier<T> body) {
    try {
      T answer = body.get();
      setSilent(false);
      return answer;
    } catch (EngineUnavailableException e) {
      setSilent(true);
      throw e;
    }
  }

  private void setSilent(boolean silent) {
    synchronized (this) {
      if (silent == silentSince.isPresent()) {
        return;
      }
      silentSince = silent ? Optional.of(timeSource.now()) : Optional.empty();
    }
    processes.values().forEach(RemoteProcess::locate);
  }

  private void observe(WorkerStatus status) {
    RemoteProcess process = processes.get(status.key());
    if (process != null) {
      process.observe(status);
    }
  }

  private Duration check() {
    Set<WorkerKey> missing = new HashSet<>(processes.keySet());
    try {
      if (!missing.isEmpty()) {
        for (WorkerStatus status : call(engine::list)) {
          missing.remove(status.key());
          observe(status);
        }
        for (WorkerKey key : missing) {
          Optional.ofNullable(processes.get(key)).ifPresent(RemoteProcess::refresh);
        }
      }
    } catch (RuntimeException e) {
      LoggerFactory.getLogger(EngineLink.class).debug("cannot list the processes of an engine", e);
    }
    return interval;
  }

  @Override
  public void close() {
    try (engine;
        watch;
        check) {
      processes.clear();
    }
  }
}
