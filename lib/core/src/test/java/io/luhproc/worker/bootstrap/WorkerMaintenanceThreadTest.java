package io.luhproc.worker.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.archive.WorkerArchive;
import io.luhproc.directory.DirectoryMaintainer;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogStream;
import io.luhproc.log.file.LogFiles;
import io.luhproc.process.ProcessEnd;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Timestamps of a process directory, which keep cleaners of temporary directories away. */
@ExtendWith(LeakCheck.class)
class WorkerMaintenanceThreadTest {
  @TempDir Path root;

  private final SharedTime time = new SharedTime();
  private final CountDownLatch started = new CountDownLatch(1);

  @Test
  void directoryIsRefreshedEveryHour() throws Exception {
    ProcessDirectory directory = ProcessDirectory.at(Files.createDirectory(root.resolve("worker")));
    directory.prepareLogFiles();
    FileTime old = FileTime.from(time.now().minus(9, ChronoUnit.DAYS));
    WorkerMaintenanceThread thread =
        new WorkerMaintenanceThread(
            time,
            ProcessTable.system(),
            LogPolicy.defaults(),
            directory,
            new StartedHost(),
            new WorkerArchive(Map.of(), time));
    try (thread) {
      started.await();
      Path lastCreated = new LogFiles(directory.path(), LogStream.ERR.prefix()).indexFile();
      Eventually.holds("the logs are maintained", () -> Files.exists(lastCreated));
      for (int hour = 0; hour < 2; hour++) {
        Files.setLastModifiedTime(directory.path(), old);
        time.advance(DirectoryMaintainer.REFRESH_INTERVAL);
        Instant now = time.now();
        Eventually.holds(
            "the directory and its files are refreshed",
            () ->
                Files.getLastModifiedTime(directory.path()).toInstant().equals(now)
                    // A later read of the maintainer sets the real time.
                    && !accessTime(directory.outLog()).isBefore(now));
      }
      Files.setLastModifiedTime(directory.path(), old);
      assertThat(thread.get()).isPositive();
      assertThat(Files.getLastModifiedTime(directory.path()))
          .as("before the next hour")
          .isEqualTo(old);
    }
  }

  private static Instant accessTime(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).lastAccessTime().toInstant();
  }

  /** Virtual time that the test advances and the maintenance thread reads. */
  private static final class SharedTime implements TimeSource {
    private volatile Duration elapsed = Duration.ZERO;

    void advance(Duration duration) {
      elapsed = elapsed.plus(duration);
    }

    @Override
    public Instant now() {
      return Instant.parse("2026-01-01T00:00:00Z").plus(elapsed);
    }

    @Override
    public long nanoTime() {
      return elapsed.toNanos();
    }

    @Override
    public void sleep(Duration duration) {
      throw new AssertionError("sleep is not expected");
    }
  }

  /** A host that only waits for the start. */
  private final class StartedHost implements TaskHost {
    @Override
    public List<String> arguments() {
      return List.of();
    }

    @Override
    public void onStarted() {
      started.countDown();
    }

    @Override
    public void onEnded(ProcessEnd end) {}
  }
}
