package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessEnd;
import io.luhproc.spawn.ChildProcess;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The recorder is started under the lock that recording needs. */
@ExtendWith(LeakCheck.class)
class ExitRecorderTest {
  private static final ProcessKey KEY = new ProcessKey(Optional.empty(), "INDEX", "main");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir Path root;

  @Test
  @Timeout(10)
  void startReturnsWhileLockIsHeldWhenProcessHasAlreadyExited() {
    TimeSource time = TimeSource.system();
    ProcessDirectory directory = ProcessRoot.at(root).directory(KEY);
    directory.create();
    ProcessRecord record =
        ProcessRecord.forLaunch(
            KEY,
            "app",
            new ProcessRecord.Launch("token", time.now()),
            new LaunchedCommand(List.of("app"), List.of(), List.of(), root, List.of()));
    directory.writeRecord(record);

    DirectoryLock acquired = directory.lock(Deadline.after(time, TIMEOUT)).orElseThrow();
    try (acquired) {
      ExitRecorder.start(
          time, directory, new JournaledLauncher.Launched(new ExitedProcess(3), record, () -> {}));
      assertThat(directory.readRecord().flatMap(ProcessRecord::end)).isEmpty();
    }

    ProcessEnd end =
        Eventually.present(
            "the end is recorded", () -> directory.readRecord().flatMap(ProcessRecord::end));
    assertThat(end.exitCode()).hasValue(3);
  }

  /** A process that has exited before the first wait. */
  private record ExitedProcess(int status) implements ChildProcess {

    @Override
    public long pid() {
      return Long.MAX_VALUE;
    }

    @Override
    public void onExit(Executor executor, IntConsumer ended) {
      executor.execute(() -> ended.accept(status));
    }

    @Override
    public ProcessEnd end(Instant time, int ignored) {
      return ProcessEnd.ofExitCode(time, status);
    }

    @Override
    public int waitFor() {
      return status;
    }

    @Override
    public OptionalInt waitFor(Duration longest) {
      return OptionalInt.of(status);
    }

    @Override
    public void kill() {}
  }
}
