package io.luhproc.slurm;

import io.luhproc.contract.Behavior;
import io.luhproc.contract.WorkerEngineContract;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SlurmContractTest extends WorkerEngineContract {
  @RegisterExtension static final SlurmCluster CLUSTER = new SlurmCluster();

  private final Path runs = CLUSTER.newRuns();

  @AfterEach
  void cancelJobs() {
    CLUSTER.cancelAll();
  }

  @Override
  protected WorkerEngine open(String app) {
    return new SlurmEngine(CLUSTER.settings(app, runs));
  }

  @Override
  protected WorkerSpec spec(WorkerKey key, String token, Behavior behavior) {
    WorkerSpec spec = SlurmCluster.spec(key, token, command(behavior));
    Map<String, String> environment = new HashMap<>();
    if (behavior == Behavior.NEVER_PLACED) {
      environment.put(SlurmSettings.OPTIONS, "--mem=900000");
    }
    return new WorkerSpec(
        spec.key(),
        spec.token(),
        spec.command(),
        environment,
        spec.inherited(),
        spec.directory(),
        spec.grace(),
        spec.startTimeout());
  }

  private static String[] command(Behavior behavior) {
    return switch (behavior) {
      case RUN, NEVER_PLACED, RUN_OUT_OF_MEMORY -> sh("echo running; exec sleep 600");
      case SAY_GOODBYE ->
          sh("trap 'echo last words; exit' TERM; echo running; while :; do sleep 0.1; done");
      case EXIT_0 -> sh("exit 0");
      case EXIT_7 -> sh("exit 7");
      case KILL_ITSELF -> sh("kill -KILL $$");
      // In one write each: the order of lines of two files is not known.
      case WRITE_LINES -> sh("lines=$(seq -f 'out %g' 200); echo \"$lines\"; echo err 1 >&2");
      case PROGRAM_MISSING -> new String[] {"/nonexistent/program"};
    };
  }

  private static String[] sh(String script) {
    return new String[] {"/bin/sh", "-c", script};
  }

  @Override
  protected void stopAnswering() throws InterruptedException {
    CLUSTER.signalController("STOP");
  }

  @Override
  protected void answerAgain() throws InterruptedException {
    CLUSTER.signalController("CONT");
  }

  /** The cluster of the tests does not confine memory, which needs a cgroup of its own. */
  @Override
  protected Set<Behavior> unavailable() {
    return EnumSet.of(Behavior.RUN_OUT_OF_MEMORY);
  }
}
