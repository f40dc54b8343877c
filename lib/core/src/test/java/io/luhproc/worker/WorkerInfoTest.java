package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.worker.StopResult.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Derived values and text of {@link WorkerInfo} and {@link StopResult}. */
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
        alive ? Optional.of(Duration.ofMillis(20)) : Optional.empty(),
        Optional.empty());
  }

  @Test
  void valuesOfIdentityAndEndAreAvailable() {
    WorkerInfo running =
        info(WorkerState.READY, Optional.of(new ProcessIdentity(39241, 123, "boot")));
    assertThat(running.pid()).hasValue(39241);
    assertThat(running.exitCode()).isEmpty();
    assertThat(running.signal()).isEmpty();
    assertThat(running.ended()).isEmpty();
    WorkerInfo killed = info(WorkerState.ENDED, Optional.empty());
    assertThat(killed.pid()).isEmpty();
    assertThat(killed.exitCode()).hasValue(137);
    assertThat(killed.signal()).contains(Signal.KILL);
    assertThat(killed.ended()).contains(STARTED.plusSeconds(90));
  }

  @Test
  void stopResultIsShownInOneLine() {
    assertThat(
            new StopResult(
                "MY_TASK", "a", Outcome.NOT_RUNNING, Duration.ofMillis(120), Optional.empty()))
        .hasToString("MY_TASK (id: a): not running in 120ms");
    assertThat(
            new StopResult(
                "MY_TASK", "a", Outcome.KILLED, Duration.ofSeconds(10), Optional.empty()))
        .hasToString("MY_TASK (id: a): killed in 10s");
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
