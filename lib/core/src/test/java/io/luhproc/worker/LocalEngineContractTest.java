package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.luhproc.contract.Behavior;
import io.luhproc.contract.WorkerEngineContract;
import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerEngines;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on this machine, with real processes. */
@Tag("process")
class LocalEngineContractTest extends WorkerEngineContract {
  @TempDir private Path root;

  @Override
  protected WorkerEngine open(String app) {
    return WorkerEngines.open("local:", app, Map.of("LUHPROC_TMP_DIR", root.toString()));
  }

  /** Removes them, too: a process whose end is being recorded would still use its directory. */
  @AfterEach
  void removeWorkers() throws InterruptedException {
    try (WorkerEngine engine = open("contract")) {
      Deadline deadline = Deadline.after(TimeSource.system(), Duration.ofMinutes(1));
      assertThat(deadline.await(() -> areRemoved(engine))).isTrue();
    }
  }

  private static boolean areRemoved(WorkerEngine engine) {
    List<WorkerStatus> left = engine.list();
    for (WorkerStatus worker : left) {
      if (worker.phase() != Phase.STOPPING) {
        StopReply ignored = engine.stop(worker.key(), worker.incarnation(), Duration.ZERO);
      }
    }
    return left.isEmpty();
  }

  @Override
  protected WorkerSpec spec(WorkerKey key, String token, Behavior behavior) {
    return new WorkerSpec(
        key,
        token,
        command(behavior),
        Map.of(key.task(), "1", "LUHPROC_ID", key.id()),
        Map.of("PATH", System.getenv("PATH")),
        Path.of("/"),
        Duration.ofSeconds(5),
        Optional.empty());
  }

  private static List<String> command(Behavior behavior) {
    return switch (behavior) {
      case RUN -> sh("echo running; exec sleep 600");
      case SAY_GOODBYE -> sh("trap 'echo last words; exit' TERM; echo running; sleep 600 & wait");
      case EXIT_0 -> sh("exit 0");
      case EXIT_7 -> sh("exit 7");
      case KILL_ITSELF -> sh("kill -KILL $$");
      // In one write each: a line has the time of the last write to its file.
      case WRITE_LINES -> sh("lines=$(seq -f 'out %g' 200); echo \"$lines\"; echo err 1 >&2");
      case RUN_OUT_OF_MEMORY, NEVER_PLACED, PROGRAM_MISSING -> List.of("/no/such/program");
    };
  }

  private static List<String> sh(String script) {
    return List.of("/bin/sh", "-c", script);
  }

  /** Nothing confines the memory of a worker, and there is always a place for it. */
  @Override
  protected Set<Behavior> unavailable() {
    return EnumSet.of(Behavior.RUN_OUT_OF_MEMORY, Behavior.NEVER_PLACED, Behavior.PROGRAM_MISSING);
  }

  /** This machine always answers. */
  @Override
  protected void stopAnswering() {
    abort("this machine always answers");
  }

  @Override
  protected void answerAgain() {}

  @Test
  void missingProgramIsRefusedByStart() {
    WorkerKey key = new WorkerKey(Optional.of("contract"), "INDEXER", "main");
    try (WorkerEngine engine = open("contract")) {
      assertThatThrownBy(() -> engine.start(spec(key, "token-1", Behavior.PROGRAM_MISSING)))
          .isInstanceOf(EngineRefusedException.class)
          .hasMessageContaining("INDEXER")
          .hasMessageContaining("/no/such/program");
      assertThat(engine.info(key)).isEmpty();
    }
  }
}
