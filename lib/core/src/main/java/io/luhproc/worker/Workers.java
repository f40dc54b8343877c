package io.luhproc.worker;

import io.luhproc.directory.ProcessKey;
import io.luhproc.engine.EngineProblem;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.Signal;
import java.util.List;
import java.util.Optional;

/** The workers of one manager: on this machine, or on an engine. */
interface Workers {

  /** Starts a worker; see {@link ProcessManager#start(String, String, StartOptions)}. */
  WorkerInfo start(ProcessKey key, StartOptions options);

  /** Returns a worker; see {@link ProcessManager#info}. */
  Optional<WorkerInfo> info(ProcessKey key);

  /** Returns the workers of some tasks; see {@link ProcessManager#list()}. */
  List<WorkerInfo> list(List<String> tasks);

  /** Stops a worker; see {@link ProcessManager#stop(String, String, StopOptions)}. */
  StopResult stop(ProcessKey key, StopOptions options);

  /** Stops workers; see {@link ProcessManager#stopAll(String, StopOptions)}. */
  List<StopResult> stopAll(List<ProcessKey> keys, StopOptions options);

  /** Sends a signal; see {@link ProcessManager#signal}. */
  boolean signal(ProcessKey key, Signal signal);

  /** Restarts a worker; see {@link ProcessManager#restart(String, String)}. */
  WorkerInfo restart(ProcessKey key, StartOptions start, StopOptions stop);

  /** Returns the options of a worker; see {@link ProcessManager#startOptions}. */
  StartOptions startOptions(ProcessKey key);

  /** Returns the logs of a worker; see {@link ProcessManager#logs}. */
  ProcessLog logs(ProcessKey key);

  /** Returns what keeps workers from running; see {@link ProcessManager#engineProblems}. */
  List<EngineProblem> engineProblems();

  /** Returns whether output may follow; see {@link ProcessManager#mayWrite}. */
  boolean mayWrite(ProcessKey key);
}
