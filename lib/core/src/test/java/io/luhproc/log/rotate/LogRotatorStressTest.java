package io.luhproc.log.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogLine;
import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogStream;
import io.luhproc.log.LogSubscription;
import io.luhproc.log.file.IndexFile;
import io.luhproc.log.file.RotationIntent;
import io.luhproc.posix.Posix;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A writer at full speed, whose keeper is killed with -9 again and again, and a follower. */
@Tag("process")
@ExtendWith(LeakCheck.class)
final class LogRotatorStressTest {
  private static final int LINES = 3_000_000;
  private static final int KILLS = 15;
  private static final long MAX_BYTES = 256 << 10;
  private static final int MAX_BACKUPS = 100_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final TimeSource TIME = TimeSource.system();

  static List<Path> fileSystems() {
    return TempLogDirectory.fileSystems();
  }

  @ParameterizedTest
  @MethodSource("fileSystems")
  void noLineIsLostTornOrDuplicatedWhenMaintainersAreKilled(Path fileSystem)
      throws IOException, InterruptedException {
    try (TempLogDirectory directory = TempLogDirectory.createOn(fileSystem)) {
      ChecksLineOrder checker = new ChecksLineOrder();
      try (TestProcess writer =
              TestProcess.start(
                  PrintsNumberedLines.class, directory.files().activeFile(), 1, LINES);
          LogSubscription subscription = directory.log().followSince(Instant.EPOCH, checker)) {
        int interrupted = killMaintainers(directory);
        assertThat(writer.await()).isZero();
        tickUntilIdle(directory);
        assertThat(interrupted).as("keepers killed between two steps").isPositive();
        assertThat(Deadline.after(TIME, TIMEOUT).await(() -> checker.count() >= LINES))
            .as("lines followed: %s of %s", checker.count(), LINES)
            .isTrue();
        assertThat(subscription).isNotNull();
      }
      assertThat(checker.errors()).isEmpty();
      assertThat(checker.count()).isEqualTo(LINES);
      assertFilesHoldAllLines(directory);
    }
  }

  private static int killMaintainers(TempLogDirectory directory)
      throws IOException, InterruptedException {
    int interrupted = 0;
    for (int i = 0; i < KILLS; i++) {
      int expectedFiles = directory.files().rotatedFiles().size() + 1 + i % 4;
      try (TestProcess maintainer =
          TestProcess.start(
              MaintainsLog.class, Path.of("/dev/null"), directory.path(), MAX_BYTES, MAX_BACKUPS)) {
        boolean rotated =
            Deadline.after(TIME, TIMEOUT)
                .await(() -> countRotatedFiles(directory) >= expectedFiles);
        assertThat(rotated).as("keeper %s rotated, alive: %s", i, maintainer.isAlive()).isTrue();
      }
      boolean midRotation =
          new IndexFile(directory.files()).readHeader().intent().phase()
                  != RotationIntent.Phase.IDLE
              || !directory.files().tempFiles().isEmpty();
      interrupted += midRotation ? 1 : 0;
    }
    return interrupted;
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
