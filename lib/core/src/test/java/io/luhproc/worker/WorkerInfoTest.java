package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WorkerInfoTest {
  private static final Path DIRECTORY = Path.of("/tmp/luhproc/my-task-abcdefghijkl");
  private static final Instant STARTED = Instant.parse("2026-11-20T15:30:00Z");

  private static WorkerInfo info(WorkerState state, Optional<ProcessIdentity> identity) {
    boolean alive = state.isAlive();
    return new WorkerInfo(
        "MY_TASK",
        "session42",
        state,
        false,
        identity,
        DIRECTORY,
        DIRECTORY.resolve("out.log"),
        DIRECTORY.resolve("err.log"),
        STARTED,
        Optional.of(Duration.ofSeconds(90)),
        alive
            ? Optional.empty()
            : Optional.of(ProcessEnd.ofExitStatus(STARTED.plusSeconds(90), 137)),
        alive ? OptionalLong.of(4096) : OptionalLong.empty(),
        alive ? Optional.of(Duration.ofMillis(20)) : Optional.empty());
  }

  @Test
  void toStringStartsWithFiveFixedLines() {
    WorkerInfo info = info(WorkerState.READY, Optional.of(new ProcessIdentity(39241, 123, "boot")));
    assertThat(info.toString())
        .startsWith(
            """
            task: MY_TASK (id: session42)
            pid: 39241
            directory: /tmp/luhproc/my-task-abcdefghijkl
            log file: /tmp/luhproc/my-task-abcdefghijkl/out.log
            error file: /tmp/luhproc/my-task-abcdefghijkl/err.log
            """)
        .endsWith(
            """
            state: ready
            started: 2026-11-20T15:30:00Z
            uptime: 1m 30s
            rss: 4KiB
            cpu: 20ms\
            """);
  }

  @Test
  void toStringShowsEndWhenWorkerHasEnded() {
    WorkerInfo info = info(WorkerState.ENDED, Optional.empty());
    assertThat(info.toString().lines())
        .contains("pid: -", "state: ended", "end: killed by SIGKILL")
        .noneMatch(line -> line.startsWith("rss") || line.startsWith("cpu"));
  }
}
