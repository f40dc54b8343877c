package io.luhproc.cli;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.worker.WorkerInfo;
import io.luhproc.worker.WorkerState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Workers as a manager returns them. */
final class WorkerFixtures {
  static final Instant STARTED = Instant.parse("2026-01-31T12:00:00Z");
  private static final Path DIRECTORY = Path.of("/run/luhproc/index-aaaaaaaaaaaa");

  private WorkerFixtures() {}

  static WorkerInfo running(String id) {
    return new WorkerInfo(
        "INDEX",
        id,
        WorkerState.READY,
        false,
        Optional.of(new ProcessIdentity(4242, 77, "boot")),
        DIRECTORY,
        DIRECTORY.resolve("out.log"),
        DIRECTORY.resolve("err.log"),
        STARTED,
        Optional.of(Duration.ofMillis(3_723_456)),
        Optional.empty(),
        OptionalLong.of(64 << 20),
        Optional.of(Duration.ofMillis(1_250)),
        Optional.empty());
  }

  static WorkerInfo ended(String id, ProcessEnd end) {
    return new WorkerInfo(
        "INDEX",
        id,
        WorkerState.ENDED,
        false,
        Optional.empty(),
        DIRECTORY,
        DIRECTORY.resolve("out.log"),
        DIRECTORY.resolve("err.log"),
        STARTED,
        Optional.empty(),
        Optional.of(end),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty());
  }

  static ProcessEnd failed(String failure) {
    return new ProcessEnd(
        STARTED.plusSeconds(5),
        OptionalInt.of(1),
        Optional.empty(),
        Optional.of(failure),
        "failed: " + failure);
  }

  static ProcessEnd killed() {
    return new ProcessEnd(
        STARTED, OptionalInt.of(137), Optional.of(Signal.KILL), Optional.empty(), "killed");
  }
}
