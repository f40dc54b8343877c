package io.luhproc.worker;

import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.ProcessIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Stops and starts workers. Before the stop it reads what the stop destroys, the environment of the
 * process, and checks what would make the start fail.
 */
final class WorkerRestarter {
  private final ManagerContext context;
  private final WorkerStarter starter;
  private final WorkerStopper stopper;

  WorkerRestarter(ManagerContext context, WorkerStarter starter, WorkerStopper stopper) {
    this.context = context;
    this.starter = starter;
    this.stopper = stopper;
  }

  /**
   * Restarts a worker; see {@link ProcessManager#restart(String, String, StartOptions,
   * StopOptions)}.
   */
  WorkerInfo restart(ProcessKey key, StartOptions start, StopOptions stop) {
    TaskRequest request = new TaskRequest(context, key, start, inheritedEnvironment(key));
    starter.checkRestart(request);
    StopResult ignored = stopper.stop(key, stop.keepingLogs());
    return starter.start(request, start.awaitReady());
  }

  /** Returns the environment that the worker inherited; that of this JVM if it is not readable. */
  private Map<String, String> inheritedEnvironment(ProcessKey key) {
    ProcessDirectory directory = context.root().directory(key);
    Optional<ProcessRecord> record =
        context.root().exists() && directory.exists() ? directory.readRecord() : Optional.empty();
    Map<String, String> own = context.platform().environment();
    if (record.isEmpty()) {
      return own;
    }
    LaunchedCommand command = record.get().command();
    Optional<Map<String, String>> environment =
        record.get().identity().filter(context.table()::isAlive).flatMap(this::readEnvironment);
    if (environment.isEmpty()) {
      warnIfNotRestored(key, command, own);
      return own;
    }
    Map<String, String> inherited = new HashMap<>(environment.get());
    // Variables that the caller gave are part of the start options.
    command.environmentNames().forEach(inherited::remove);
    return inherited;
  }

  /** Reads an environment that is not empty: it is empty while a process exits. */
  private Optional<Map<String, String>> readEnvironment(ProcessIdentity identity) {
    return context
        .table()
        .environment(identity.pid())
        .filter(it -> !it.isEmpty() && context.table().isAlive(identity));
  }

  private static void warnIfNotRestored(
      ProcessKey key, LaunchedCommand command, Map<String, String> own) {
    List<String> missing = new ArrayList<>(command.inheritedNames());
    missing.removeAll(own.keySet());
    if (!missing.isEmpty()) {
      LoggerFactory.getLogger(ProcessManager.class)
          .warn(
              "{} has ended, so the restart gives it the environment of this process; it lacks {},"
                  + " whose values are not stored",
              key,
              missing);
    }
  }
}
