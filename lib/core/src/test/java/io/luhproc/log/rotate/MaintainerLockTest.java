package io.luhproc.log.rotate;

import static io.luhproc.log.rotate.TempLogDirectory.numberedLines;
import static io.luhproc.log.rotate.TempLogDirectory.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogStream;
import io.luhproc.posix.Posix;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LibraryCopy;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two maintainers of one stream, and a maintainer whose directory is deleted or replaced. */
final class MaintainerLockTest {
  private static final LogPolicy SMALL =
      LogPolicy.defaults().withMaxBytes(4096).withMaxBackups(1000);

  private final VirtualTime time = new VirtualTime();
  private TempLogDirectory directory;

  @TempDir private Path output;

  @BeforeEach
  void createDirectory() throws IOException {
    directory = TempLogDirectory.createOnDisk();
  }

  @AfterEach
  void deleteDirectory() throws IOException {
    directory.close();
  }

  private LogMaintainer openMaintainer() {
    return directory.maintainer(SMALL, time, Posix.lazy());
  }

  private void tick(LogMaintainer maintainer) {
    time.advance(Duration.ofSeconds(1));
    Duration ignored = maintainer.tick();
  }

  @Test
  void secondMaintainerChangesNothingUntilFirstIsClosed() throws IOException {
    LogMaintainer first = openMaintainer();
    try (LogMaintainer second = openMaintainer()) {
      directory.writeNumberedLines(1, 1000);
      tick(second);
      assertThat(directory.files().rotatedFiles()).isEmpty();
      tick(first);
      int rotated = directory.files().rotatedFiles().size();
      assertThat(rotated).isPositive();
      first.close();
      directory.writeNumberedLines(1001, 2000);
      tick(second);
      assertThat(directory.files().rotatedFiles()).hasSizeGreaterThan(rotated);
    }
    assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, 2000));
  }

  @Test
  @Tag("process")
  void streamOfAnotherProcessIsLeftAloneUntilThatProcessIsKilled()
      throws IOException, InterruptedException {
    try (JavaProcess other =
        JavaProcess.of(MaintainsLog.class, directory.path(), SMALL.maxBytes(), 1000)
            .start(output)) {
      directory.writeNumberedLines(1, 1000);
      Eventually.holds("rotation by " + other, () -> !directory.files().rotatedFiles().isEmpty());
      Eventually.holds("full rotation", () -> directory.files().activeSize() < 2 * 4096);
      try (LogMaintainer second = openMaintainer()) {
        assertThat(second.isFailing()).isTrue();
      }
      // Closing the descriptor of the failed attempt must not release the lock of the holder.
      try (LogMaintainer third = openMaintainer()) {
        assertThat(third.isFailing()).isTrue();
      }
    }
    try (LogMaintainer next = openMaintainer()) {
      assertThat(next.isFailing()).isFalse();
      directory.writeNumberedLines(1001, 2000);
      tick(next);
    }
    assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, 2000));
  }

  @Test
  void copyOfLibraryInAnotherClassLoaderIsRefusedAndReleasesNothing() throws Exception {
    try (URLClassLoader copy = LibraryCopy.load();
        LogMaintainer first = openMaintainer()) {
      assertThat(first.isFailing()).isFalse();
      AutoCloseable second = openMaintainer(copy);
      assertThat(second.getClass()).isNotSameAs(LogMaintainer.class);
      assertThat(isLockedByThisProcess()).isTrue();
      second.close();
      assertThat(isLockedByThisProcess()).isTrue();
    }
    assertThat(isLockedByThisProcess()).isFalse();
  }

  /** Opens a maintainer of the copy of this library in another class loader. */
  private AutoCloseable openMaintainer(ClassLoader loader) throws Exception {
    Class<?> stream = loader.loadClass(LogStream.class.getName());
    Class<?> policy = loader.loadClass(LogPolicy.class.getName());
    Class<?> source = loader.loadClass(TimeSource.class.getName());
    Class<?> posix = loader.loadClass(Posix.class.getName());
    return (AutoCloseable)
        loader
            .loadClass(LogMaintainer.class.getName())
            .getMethod("open", Path.class, stream, policy, source, posix)
            .invoke(
                null,
                directory.path(),
                stream.getEnumConstants()[0],
                policy.getMethod("defaults").invoke(null),
                source.getMethod("system").invoke(null),
                posix.getMethod("lazy").invoke(null));
  }

  private boolean isLockedByThisProcess() throws IOException {
    Object inode = Files.getAttribute(directory.files().lockFile(), "unix:ino");
    // proc_locks(5): "1: POSIX  ADVISORY  WRITE PID MAJOR:MINOR:INODE START END"
    return Files.readAllLines(Path.of("/proc/locks")).stream()
        .anyMatch(
            line ->
                line.contains(" " + ProcessHandle.current().pid() + " ")
                    && line.contains(":" + inode + " "));
  }

  @Test
  void ticksDoNothingWhileDirectoryIsMissingAndContinueInNewOne() throws IOException {
    try (LogMaintainer maintainer = openMaintainer()) {
      directory.writeNumberedLines(1, 1000);
      tick(maintainer);
      directory.close();
      tick(maintainer);
      assertThat(directory.path()).doesNotExist();
      assertThat(maintainer.isFailing()).isFalse();

      Files.createDirectory(directory.path());
      directory.writeNumberedLines(1, 700);
      tick(maintainer);
      assertThat(directory.files().rotatedFiles()).isNotEmpty();
      assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, 700));
      try (LogMaintainer second = openMaintainer()) {
        assertThat(second.isFailing()).as("the new directory is locked").isTrue();
      }
    }
  }

  @Test
  void replacedDirectoryIsMaintainedAsNewStream() throws IOException {
    Path aside = directory.path().resolveSibling(directory.path().getFileName() + "-aside");
    try (LogMaintainer maintainer = openMaintainer()) {
      directory.writeNumberedLines(1, 1000);
      tick(maintainer);
      Files.move(directory.path(), aside);
      Files.createDirectory(directory.path());
      directory.writeNumberedLines(1, 2000);
      tick(maintainer);
      assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, 2000));
      assertThat(directory.files().rotatedFiles()).isNotEmpty();
    } finally {
      directory.close();
      Files.move(aside, directory.path());
    }
    assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, 1000));
  }

  @Test
  void fileThatIsNoRegularFileIsRefusedAndMaintainedOnceItIsReplaced()
      throws IOException, InterruptedException {
    Path active = directory.files().activeFile();
    assertThat(new ProcessBuilder("mkfifo", active.toString()).start().waitFor()).isZero();
    try (LogMaintainer maintainer = openMaintainer()) {
      tick(maintainer);
      assertThat(maintainer.isFailing()).isTrue();
      Files.delete(active);
      Files.createDirectory(active);
      tick(maintainer);
      assertThat(maintainer.isFailing()).isTrue();
      assertThat(active).isDirectory();
      Files.delete(active);
      directory.writeNumberedLines(1, 1000);
      tick(maintainer);
      tick(maintainer);
      assertThat(maintainer.isFailing()).isFalse();
      assertThat(directory.files().rotatedFiles()).isNotEmpty();
    }
  }

  @Test
  void maintenanceBeginsOnceTheLockFileCanBeCreated() throws Exception {
    Path lock = directory.files().lockFile();
    Files.createDirectory(lock);
    directory.writeNumberedLines(1, 500);
    try (LogMaintainer maintainer = directory.maintainer(SMALL, time, Posix.lazy())) {
      maintainer.tick();
      assertThat(maintainer.isFailing()).isTrue();
      assertThat(directory.files().rotatedFiles()).isEmpty();
      assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, 500));

      Files.delete(lock);
      time.advance(Duration.ofSeconds(1));
      maintainer.tick();
      assertThat(maintainer.isFailing()).isFalse();
      assertThat(directory.files().rotatedFiles()).isNotEmpty();
    }
    assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, 500));
  }
}
