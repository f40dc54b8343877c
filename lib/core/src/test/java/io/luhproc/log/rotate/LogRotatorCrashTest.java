package io.luhproc.log.rotate;

import static io.luhproc.log.rotate.TempLogDirectory.numberedLines;
import static io.luhproc.log.rotate.TempLogDirectory.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogPolicy;
import io.luhproc.posix.Posix;
import io.luhproc.testing.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Recovery from a maintainer that is killed at every checkpoint, on every kind of file system. */
final class LogRotatorCrashTest {
  private static final LogPolicy POLICY =
      LogPolicy.defaults().withMaxBytes(10_000).withMaxBackups(1000).withGzip(true);
  private static final LogPolicy DATED = POLICY.withName("web {date}.log");
  private static final int WRITTEN_LINES = 3000;

  static Stream<Arguments> crashes() {
    List<Arguments> cases = new ArrayList<>();
    for (Path fileSystem : TempLogDirectory.fileSystems()) {
      for (FileSystemSupport support : FileSystemSupport.values()) {
        for (RotationCheckpoint first : RotationCheckpoint.values()) {
          cases.add(Arguments.of(fileSystem, support, first));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("crashes")
  void noLineIsLostWhenMaintainerCrashesAtAnyCheckpoint(
      Path fileSystem, FileSystemSupport support, RotationCheckpoint checkpoint)
      throws IOException {
    assertNoLineIsLost(POLICY, fileSystem, support, checkpoint);
  }

  @ParameterizedTest
  @MethodSource("crashes")
  void noLineIsLostWhenMaintainerOfDatedFilesCrashes(
      Path fileSystem, FileSystemSupport support, RotationCheckpoint checkpoint)
      throws IOException {
    assertNoLineIsLost(DATED, fileSystem, support, checkpoint);
  }

  private static void assertNoLineIsLost(
      LogPolicy policy, Path fileSystem, FileSystemSupport support, RotationCheckpoint checkpoint)
      throws IOException {
    try (TempLogDirectory directory = TempLogDirectory.createOn(fileSystem)) {
      directory.writeNumberedLines(1, WRITTEN_LINES);
      crashAt(checkpoint, policy, directory, support);
      assertReadersSee(directory, 1, WRITTEN_LINES);

      directory.writeNumberedLines(WRITTEN_LINES + 1, WRITTEN_LINES + 10);
      assertReadersSee(directory, 1, WRITTEN_LINES + 10);

      for (RotationCheckpoint second : RotationCheckpoint.values()) {
        crashAt(second, policy, directory, support);
        assertReadersSee(directory, 1, WRITTEN_LINES + 10);
      }
      tickUntilIdle(policy, directory, support);
      assertReadersSee(directory, 1, WRITTEN_LINES + 10);
      assertThat(directory.concatenateFiles().lines().toList())
          .isEqualTo(numberedLines(1, WRITTEN_LINES + 10));
      assertThat(directory.fileNames()).noneMatch(name -> name.startsWith("."));
    }
  }

  @ParameterizedTest
  @EnumSource(DamagedCopy.class)
  void activeBytesAreKeptWhenCopyIsMissingOrTruncatedAfterCrash(DamagedCopy damage)
      throws IOException {
    try (TempLogDirectory directory = TempLogDirectory.createOnDisk()) {
      directory.writeNumberedLines(1, WRITTEN_LINES);
      crashAt(RotationCheckpoint.INTENT_WRITTEN, POLICY, directory, FileSystemSupport.NATIVE);
      List<Path> copies = directory.files().tempFiles();
      assertThat(copies).hasSize(1);
      damage.apply(copies.get(0));

      tickUntilIdle(POLICY, directory, FileSystemSupport.NATIVE);
      assertReadersSee(directory, 1, WRITTEN_LINES);
      assertThat(directory.fileNames()).noneMatch(name -> name.startsWith("."));
    }
  }

  /** State of a copy after a power failure: its data was not on the disk yet. */
  enum DamagedCopy {
    MISSING,
    TRUNCATED;

    void apply(Path copy) throws IOException {
      if (this == MISSING) {
        Files.delete(copy);
      } else {
        Files.write(copy, new byte[0]);
      }
    }
  }

  private static void assertReadersSee(TempLogDirectory directory, int from, int to) {
    assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numberedLines(from, to));
    assertThat(texts(directory.log().tail(700))).isEqualTo(numberedLines(to - 699, to));
  }

  private static void crashAt(
      RotationCheckpoint crashPoint,
      LogPolicy policy,
      TempLogDirectory directory,
      FileSystemSupport support) {
    Set<RotationCheckpoint> reached = EnumSet.noneOf(RotationCheckpoint.class);
    MaintenanceContext context =
        new MaintenanceContext(
            new VirtualTime(),
            support.posix(),
            checkpoint -> {
              reached.add(checkpoint);
              if (checkpoint == crashPoint) {
                throw new Killed();
              }
            });
    try {
      LogMaintainer maintainer = directory.maintainer(policy, context);
      tickTwice(maintainer);
    } catch (Killed expected) {
      return;
    }
    assertThat(reached).doesNotContain(crashPoint);
  }

  private static void tickTwice(LogMaintainer maintainer) {
    try {
      maintainer.tick();
      maintainer.tick();
    } finally {
      // The kernel does this for a killed process.
      maintainer.releaseLock();
    }
  }

  private static void tickUntilIdle(
      LogPolicy policy, TempLogDirectory directory, FileSystemSupport support) {
    MaintenanceContext context =
        new MaintenanceContext(new VirtualTime(), support.posix(), checkpoint -> {});
    try (LogMaintainer maintainer = directory.maintainer(policy, context)) {
      for (int i = 0; i < 20; i++) {
        maintainer.tick();
      }
    }
  }

  /** Operations of a file system. */
  enum FileSystemSupport {
    NATIVE,
    PUNCH_ONLY,
    NEITHER;

    Posix posix() {
      return switch (this) {
        case NATIVE -> Posix.lazy();
        case PUNCH_ONLY -> new FaultyPosix().withoutCollapse();
        case NEITHER -> new FaultyPosix().withoutPunch();
      };
    }
  }

  /** Ends a maintainer like SIGKILL: nothing catches it. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }
}
