package io.luhproc.log.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogLine;
import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogStream;
import io.luhproc.log.LogSubscription;
import io.luhproc.log.file.IndexFile;
import io.luhproc.log.file.RotationIntent;
import io.luhproc.posix.Posix;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A writer at full speed whose maintainers are killed with SIGKILL, and a follower. */
@Tag("process")
@ExtendWith(LeakCheck.class)
final class LogRotatorStressTest {
  private static final int LINES = 1_500_000;
  private static final int KILLS = 7;
  private static final long MAX_BYTES = 256 << 10;
  private static final int MAX_BACKUPS = 100_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final TimeSource TIME = TimeSource.system();

  @TempDir private Path output;

  static List<Path> fileSystems() {
    return TempLogDirectory.fileSystems();
  }

  @ParameterizedTest
  @MethodSource("fileSystems")
  void noLineIsLostTornOrDuplicatedWhenMaintainersAreKilled(Path fileSystem)
      throws IOException, InterruptedException {
    try (TempLogDirectory directory = TempLogDirectory.createOn(fileSystem)) {
      ChecksLineOrder checker = new ChecksLineOrder();
      Process writer = startWriter(directory.files().activeFile());
      try (LogSubscription subscription = directory.log().followSince(Instant.EPOCH, checker)) {
        int interrupted = killMaintainers(directory);
        assertThat(writer.waitFor()).isZero();
        tickUntilIdle(directory);
        assertThat(interrupted).as("maintainers killed during a rotation").isPositive();
        assertThat(Deadline.after(TIME, TIMEOUT).await(() -> checker.count() >= LINES))
            .as("lines followed: %s of %s", checker.count(), LINES)
            .isTrue();
        assertThat(subscription).isNotNull();
      } finally {
        writer.destroyForcibly().onExit().join();
      }
      assertThat(checker.errors()).isEmpty();
      assertThat(checker.count()).isEqualTo(LINES);
      assertFilesHoldAllLines(directory);
    }
  }

  private static Process startWriter(Path file) throws IOException {
    return new ProcessBuilder(JavaProcess.of(PrintsNumberedLines.class, 1, LINES).command())
        .redirectOutput(Redirect.appendTo(file.toFile()))
        .redirectError(Redirect.INHERIT)
        .start();
  }

  private int killMaintainers(TempLogDirectory directory) throws IOException, InterruptedException {
    int interrupted = 0;
    for (int i = 0; i < KILLS; i++) {
      int expectedFiles = directory.files().rotatedFiles().size() + 1 + i % 4;
      try (JavaProcess maintainer =
          JavaProcess.of(MaintainsLog.class, directory.path(), MAX_BYTES, MAX_BACKUPS)
              .start(output)) {
        boolean rotated =
            Deadline.after(TIME, TIMEOUT)
                .await(() -> countRotatedFiles(directory) >= expectedFiles);
        assertThat(rotated).as("rotation by maintainer %s: %s", i, maintainer).isTrue();
        if (i % 2 == 0) {
          awaitRotationInProgress(directory);
        }
      }
      boolean midRotation =
          new IndexFile(directory.files()).readHeader().intent().phase()
                  != RotationIntent.Phase.IDLE
              || !directory.files().tempFiles().isEmpty();
      interrupted += midRotation ? 1 : 0;
    }
    return interrupted;
  }

  /** Waits without pause, so that the kill hits the rotation; not for long, if none follows. */
  private static void awaitRotationInProgress(TempLogDirectory directory) throws IOException {
    long end = TIME.nanoTime() + Duration.ofMillis(200).toNanos();
    while (directory.files().tempFiles().isEmpty() && TIME.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static int countRotatedFiles(TempLogDirectory directory) {
    String[] names = directory.path().toFile().list((path, name) -> name.startsWith("out-"));
    return names == null ? 0 : names.length;
  }

  private static void tickUntilIdle(TempLogDirectory directory) throws IOException {
    LogPolicy policy = LogPolicy.defaults().withMaxBytes(MAX_BYTES).withMaxBackups(MAX_BACKUPS);
    try (LogMaintainer maintainer = directory.maintainer(policy, TIME, Posix.lazy())) {
      while (maintainer.tick().compareTo(Duration.ofSeconds(1)) < 0) {
        assertThat(Files.exists(directory.files().activeFile())).isTrue();
      }
    }
  }

  private static void assertFilesHoldAllLines(TempLogDirectory directory) throws IOException {
    ChecksLineOrder checker = new ChecksLineOrder();
    directory
        .concatenateFiles()
        .lines()
        .forEach(text -> checker.onLine(new LogLine(LogStream.OUT, Instant.EPOCH, text, false)));
    assertThat(checker.errors()).isEmpty();
    assertThat(checker.count()).isEqualTo(LINES);
  }
}
