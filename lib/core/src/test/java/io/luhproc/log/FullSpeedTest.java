package io.luhproc.log;

import static org.assertj.core.api.Assertions.assertThat;

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
final class FullSpeedTest {
  private static final int LINES = 3_000_000;
  private static final int KILLS = 15;
  private static final long MAX_BYTES = 256 << 10;
  private static final int MAX_PARTS = 100_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final TimeSource TIME = TimeSource.system();

  static List<Path> fileSystems() {
    return LogDirectory.fileSystems();
  }

  @ParameterizedTest
  @MethodSource("fileSystems")
  void noLineIsLostTornOrDoubledWhileKeepersAreKilled(Path fileSystem)
      throws IOException, InterruptedException {
    try (LogDirectory directory = LogDirectory.on(fileSystem)) {
      CountsLines followed = new CountsLines();
      try (TestProcess writer =
              TestProcess.start(PrintsNumbers.class, directory.files().live(), 1, LINES);
          Follow follow = directory.log().followSince(Instant.EPOCH, followed)) {
        int unsettled = killKeepers(directory);
        assertThat(writer.await()).isZero();
        keepUntilQuiet(directory);
        assertThat(unsettled).as("keepers killed between two steps").isPositive();
        assertThat(Deadline.after(TIME, PATIENCE).await(() -> followed.count() >= LINES))
            .as("lines followed: %s of %s", followed.count(), LINES)
            .isTrue();
        assertThat(follow).isNotNull();
      }
      assertThat(followed.wrong()).isEmpty();
      assertThat(followed.count()).isEqualTo(LINES);
      assertFilesHoldAllLines(directory);
    }
  }

  private static int killKeepers(LogDirectory directory) throws IOException, InterruptedException {
    int unsettled = 0;
    for (int i = 0; i < KILLS; i++) {
      int wanted = directory.files().parts().size() + 1 + i % 4;
      try (TestProcess keeper =
          TestProcess.start(
              KeepsLog.class, Path.of("/dev/null"), directory.path(), MAX_BYTES, MAX_PARTS)) {
        boolean rotated =
            Deadline.after(TIME, PATIENCE).await(() -> countParts(directory) >= wanted);
        assertThat(rotated).as("keeper %s rotated, alive: %s", i, keeper.isAlive()).isTrue();
      }
      boolean between =
          new IndexFile(directory.files()).header().move().phase() != Move.Phase.STEADY
              || !directory.files().temps().isEmpty();
      unsettled += between ? 1 : 0;
    }
    return unsettled;
  }

  private static int countParts(LogDirectory directory) {
    String[] names = directory.path().toFile().list((path, name) -> name.startsWith("out-"));
    return names == null ? 0 : names.length;
  }

  private static void keepUntilQuiet(LogDirectory directory) throws IOException {
    LogPolicy policy = LogPolicy.defaults().withMaxBytes(MAX_BYTES).withMaxParts(MAX_PARTS);
    try (LogKeeper keeper = directory.keeper(policy, TIME, Posix.lazy())) {
      while (keeper.tick().compareTo(Duration.ofSeconds(1)) < 0) {
        assertThat(Files.exists(directory.files().live())).isTrue();
      }
    }
  }

  private static void assertFilesHoldAllLines(LogDirectory directory) throws IOException {
    CountsLines counted = new CountsLines();
    directory
        .concatenated()
        .lines()
        .forEach(text -> counted.line(new LogLine(LogStream.OUT, Instant.EPOCH, text, false)));
    assertThat(counted.wrong()).isEmpty();
    assertThat(counted.count()).isEqualTo(LINES);
  }
}
