package io.luhproc.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.posix.Posix;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many directories, one thread, and the kernel that tells of writes. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
final class LogWardTest {
  private static final LogPolicy SMALL =
      LogPolicy.defaults().withMaxBytes(64 << 10).withMaxParts(100_000);
  private static final int BIG = 10_000;
  private static final TimeSource TIME = TimeSource.system();

  private final List<LogDirectory> directories = new ArrayList<>();

  @AfterEach
  void removeDirectories() throws IOException {
    for (LogDirectory directory : directories) {
      if (Files.exists(directory.path())) {
        directory.close();
      }
    }
  }

  private LogDirectory directory() throws IOException {
    LogDirectory directory = LogDirectory.onDisk();
    directories.add(directory);
    return directory;
  }

  private static LogWard start() {
    return LogWard.start(TIME, Posix.lazy(), path -> {});
  }

  private static void awaitRotation(LogDirectory directory) {
    Eventually.holds("a rotated part", () -> !directory.files().parts().isEmpty());
  }

  @Test
  void nothingIsLostOfManyDirectoriesOfWhichSomeAreWrittenAtFullSpeed() throws Exception {
    int lines = 60_000;
    for (int i = 0; i < 300; i++) {
      LogDirectory ignored = directory();
    }
    List<LogDirectory> busy =
        IntStream.range(0, 12).mapToObj(i -> directories.get(i * 20)).toList();
    try (LogWard ward = start()) {
      directories.forEach(directory -> ward.add(directory.path(), SMALL));
      List<Thread> writers =
          busy.stream().map(it -> new Thread(() -> writeOneByOne(it, lines))).toList();
      writers.forEach(Thread::start);
      for (Thread writer : writers) {
        writer.join();
      }
      for (LogDirectory directory : busy) {
        Eventually.holds("the rest is rotated", () -> liveBytes(directory) <= SMALL.maxBytes());
      }
    }
    List<String> expected = LogDirectory.numbers(1, lines);
    for (LogDirectory directory : busy) {
      assertThat(directory.files().parts()).hasSizeGreaterThan(10);
      assertThat(directory.concatenated().lines().toList()).isEqualTo(expected);
    }
    assertThat(directories.get(1).names()).isEmpty();
  }

  private static long liveBytes(LogDirectory directory) throws IOException {
    return directory.files().liveSize() - new IndexFile(directory.files()).header().hole();
  }

  private static void writeOneByOne(LogDirectory directory, int lines) {
    try (FileChannel out =
        FileChannel.open(
            directory.files().live(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int i = 1; i <= lines; i++) {
        byte[] line = (LogDirectory.number(i) + "\n").getBytes(StandardCharsets.US_ASCII);
        out.write(java.nio.ByteBuffer.wrap(line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void oneDescriptorOfInotifyDoesForAllAndNoneIsLeft() throws IOException {
    long before = inotifyDescriptors();
    long files = descriptorsUnder(Path.of("target"));
    try (LogWard ward = start()) {
      for (int i = 0; i < 50; i++) {
        ward.add(directory().path(), SMALL);
      }
      directories.get(0).writeNumbers(1, BIG);
      awaitRotation(directories.get(0));
      assertThat(inotifyDescriptors()).isEqualTo(before + 1);
    }
    assertThat(inotifyDescriptors()).isEqualTo(before);
    assertThat(descriptorsUnder(Path.of("target"))).isEqualTo(files);
  }

  private static long inotifyDescriptors() throws IOException {
    return targets().stream().filter(it -> it.contains("inotify")).count();
  }

  private static long descriptorsUnder(Path path) throws IOException {
    return targets().stream().filter(it -> it.contains(path + "/luhproc-log-")).count();
  }

  private static List<String> targets() throws IOException {
    List<String> targets = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : all) {
        targets.add(targetOf(descriptor));
      }
    }
    return targets;
  }

  private static String targetOf(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException ignored) {
      // It was closed in between.
      return "";
    }
  }

  @Test
  void whatLiesThereAlreadyIsKeptToo() throws IOException {
    LogDirectory directory = directory();
    directory.writeNumbers(1, BIG);
    try (LogWard ward = start()) {
      ward.add(directory.path(), SMALL);
      awaitRotation(directory);
    }
  }

  @Test
  void aDirectoryMayBeDeletedOnceItIsRemovedAndBeAddedAgain() throws IOException {
    LogDirectory directory = directory();
    try (LogWard ward = start()) {
      for (int i = 0; i < 5; i++) {
        ward.add(directory.path(), SMALL);
        directory.writeNumbers(1, BIG);
        awaitRotation(directory);
        ward.remove(directory.path());
        directory.close();
        assertThat(directory.path()).doesNotExist();
        Files.createDirectory(directory.path());
      }
      ward.remove(directory.path());
    }
  }

  @Test
  void theLogsOfOthersAreKeptWhenADirectoryVanishes() throws IOException {
    LogDirectory vanishing = directory();
    LogDirectory other = directory();
    try (LogWard ward = start()) {
      ward.add(vanishing.path(), SMALL);
      ward.add(other.path(), SMALL);
      vanishing.writeNumbers(1, BIG);
      awaitRotation(vanishing);
      // Not while the keeper is at it, which may make files meanwhile.
      Files.move(vanishing.path(), vanishing.path().resolveSibling("aside-of-ward"));
      other.writeNumbers(1, BIG);
      awaitRotation(other);
    } finally {
      Files.move(vanishing.path().resolveSibling("aside-of-ward"), vanishing.path());
    }
  }

  @Test
  void logsAreKeptThoughTheKernelTellsNothing() throws IOException {
    LogDirectory directory = directory();
    KernelWatch deaf =
        KernelWatch.open(
            TIME,
            () -> {
              throw new IOException("User limit of inotify instances reached");
            });
    KeeperTools keeper = new KeeperTools(TIME, Posix.lazy(), step -> {});
    try (LogWard ward = LogWard.start(new WardedDirectory.Tools(keeper, deaf, path -> {}))) {
      ward.add(directory.path(), SMALL);
      directory.writeNumbers(1, BIG);
      awaitRotation(directory);
    }
  }

  @Test
  void anotherPolicyHoldsFromThenOn() throws IOException {
    LogDirectory directory = directory();
    try (LogWard ward = start()) {
      ward.add(directory.path(), LogPolicy.defaults());
      directory.writeNumbers(1, BIG);
      ward.add(directory.path(), SMALL);
      awaitRotation(directory);
    }
  }

  @Test
  void nothingIsKeptOnceItIsClosed() throws IOException {
    LogDirectory directory = directory();
    LogWard ward = start();
    ward.add(directory.path(), SMALL);
    directory.writeNumbers(1, BIG);
    ward.close();
    ward.close();
    int parts = directory.files().parts().size();
    assertThat(parts).isPositive();
    ward.add(directory.path(), SMALL);
    ward.remove(directory.path());
    assertThat(directory.files().parts()).hasSize(parts);
  }
}
