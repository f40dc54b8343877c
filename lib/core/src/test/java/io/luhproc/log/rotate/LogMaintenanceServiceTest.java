package io.luhproc.log.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.file.IndexFile;
import io.luhproc.posix.Posix;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
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

/** Maintenance of many directories by one thread and one inotify instance. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
final class LogMaintenanceServiceTest {
  private static final LogPolicy SMALL =
      LogPolicy.defaults().withMaxBytes(64 << 10).withMaxBackups(100_000);
  private static final int LINES_OVER_LIMIT = 10_000;
  private static final TimeSource TIME = TimeSource.system();

  private final List<TempLogDirectory> directories = new ArrayList<>();

  @AfterEach
  void deleteDirectories() throws IOException {
    for (TempLogDirectory directory : directories) {
      if (Files.exists(directory.path())) {
        directory.close();
      }
    }
  }

  private TempLogDirectory createDirectory() throws IOException {
    TempLogDirectory directory = TempLogDirectory.createOnDisk();
    directories.add(directory);
    return directory;
  }

  private static LogMaintenanceService startService() {
    return LogMaintenanceService.start(TIME, Posix.lazy(), path -> {});
  }

  private static void awaitRotation(TempLogDirectory directory) {
    Eventually.holds("a rotated file", () -> !directory.files().rotatedFiles().isEmpty());
  }

  @Test
  void noLineIsLostWhenManyDirectoriesAreWrittenAtFullSpeed() throws Exception {
    int lines = 40_000;
    for (int i = 0; i < 300; i++) {
      TempLogDirectory ignored = createDirectory();
    }
    List<TempLogDirectory> busy =
        IntStream.range(0, 12).mapToObj(i -> directories.get(i * 20)).toList();
    try (LogMaintenanceService service = startService()) {
      directories.forEach(directory -> service.add(directory.path(), SMALL));
      List<Thread> writers =
          busy.stream()
              .map(directory -> new Thread(() -> writeOneByOne(directory, lines)))
              .toList();
      writers.forEach(Thread::start);
      for (Thread writer : writers) {
        writer.join();
      }
      for (TempLogDirectory directory : busy) {
        Eventually.holds("the last rotation", () -> activeBytes(directory) <= SMALL.maxBytes());
      }
    }
    List<String> expected = TempLogDirectory.numberedLines(1, lines);
    for (TempLogDirectory directory : busy) {
      assertThat(directory.files().rotatedFiles()).hasSizeGreaterThan(10);
      assertThat(directory.concatenateFiles().lines().toList()).isEqualTo(expected);
    }
    assertThat(directories.get(1).fileNames()).isEmpty();
  }

  private static long activeBytes(TempLogDirectory directory) throws IOException {
    return directory.files().activeSize()
        - new IndexFile(directory.files()).readHeader().punchedBytes();
  }

  private static void writeOneByOne(TempLogDirectory directory, int lines) {
    try (FileChannel out =
        FileChannel.open(
            directory.files().activeFile(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int i = 1; i <= lines; i++) {
        byte[] line = (TempLogDirectory.numberedLine(i) + "\n").getBytes(StandardCharsets.US_ASCII);
        out.write(ByteBuffer.wrap(line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nothing but a signal ends a wait, so that a lost signal is noticed. */
  @Test
  void writeDuringRegistrationIsRotatedAtOnce() throws Exception {
    TempLogDirectory directory = createDirectory();
    SignalsDuringRegistration backend = new SignalsDuringRegistration(directory);
    MaintenanceContext context = new MaintenanceContext(TIME, Posix.lazy(), checkpoint -> {});
    InotifyWatcher watcher = InotifyWatcher.open(TIME, backend);
    try (LogMaintenanceService service =
        LogMaintenanceService.start(
            new MaintainedDirectory.SharedContext(context, watcher, path -> {}))) {
      backend.awaitWaiting();
      service.add(directory.path(), SMALL);
      awaitRotation(directory);
    }
  }

  @Test
  void oneInotifyDescriptorServesAllDirectoriesAndIsClosed() throws IOException {
    long before = inotifyDescriptors();
    long files = descriptorsUnder(Path.of("target"));
    try (LogMaintenanceService service = startService()) {
      for (int i = 0; i < 50; i++) {
        service.add(createDirectory().path(), SMALL);
      }
      directories.get(0).writeNumberedLines(1, LINES_OVER_LIMIT);
      awaitRotation(directories.get(0));
      assertThat(inotifyDescriptors()).isEqualTo(before + 1);
    }
    assertThat(inotifyDescriptors()).isEqualTo(before);
    assertThat(descriptorsUnder(Path.of("target"))).isEqualTo(files);
  }

  private static long inotifyDescriptors() throws IOException {
    return descriptorTargets().stream().filter(target -> target.contains("inotify")).count();
  }

  private static long descriptorsUnder(Path path) throws IOException {
    return descriptorTargets().stream()
        .filter(target -> target.contains(path + "/luhproc-log-"))
        .count();
  }

  private static List<String> descriptorTargets() throws IOException {
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
  void existingLogIsRotatedWithAndWithoutInotify() throws IOException {
    TempLogDirectory watched = createDirectory();
    TempLogDirectory polled = createDirectory();
    watched.writeNumberedLines(1, LINES_OVER_LIMIT);
    // Both at once, because each takes up to 5 s.
    try (LogMaintenanceService service = startService();
        LogMaintenanceService withoutInotify = startServiceWithoutInotify()) {
      service.add(watched.path(), SMALL);
      withoutInotify.add(polled.path(), SMALL);
      polled.writeNumberedLines(1, LINES_OVER_LIMIT);
      awaitRotation(watched);
      awaitRotation(polled);
    }
  }

  private static LogMaintenanceService startServiceWithoutInotify() {
    InotifyWatcher unavailable =
        InotifyWatcher.open(
            TIME,
            () -> {
              throw new IOException("User limit of inotify instances reached");
            });
    MaintenanceContext context = new MaintenanceContext(TIME, Posix.lazy(), checkpoint -> {});
    return LogMaintenanceService.start(
        new MaintainedDirectory.SharedContext(context, unavailable, path -> {}));
  }

  @Test
  void directoryCanBeDeletedAndAddedAgainAfterRemove() throws IOException {
    TempLogDirectory directory = createDirectory();
    try (LogMaintenanceService service = startService()) {
      for (int i = 0; i < 5; i++) {
        service.add(directory.path(), SMALL);
        directory.writeNumberedLines(1, LINES_OVER_LIMIT);
        awaitRotation(directory);
        service.remove(directory.path());
        directory.close();
        assertThat(directory.path()).doesNotExist();
        Files.createDirectory(directory.path());
      }
      service.remove(directory.path());
    }
  }

  @Test
  void otherDirectoriesAreRotatedWhenOneDisappears() throws IOException {
    TempLogDirectory vanishing = createDirectory();
    TempLogDirectory other = createDirectory();
    try (LogMaintenanceService service = startService()) {
      service.add(vanishing.path(), SMALL);
      service.add(other.path(), SMALL);
      vanishing.writeNumberedLines(1, LINES_OVER_LIMIT);
      awaitRotation(vanishing);
      // Only after the rotation, during which the maintainer creates files.
      Files.move(vanishing.path(), vanishing.path().resolveSibling("moved-aside"));
      other.writeNumberedLines(1, LINES_OVER_LIMIT);
      awaitRotation(other);
    } finally {
      Files.move(vanishing.path().resolveSibling("moved-aside"), vanishing.path());
    }
  }

  @Test
  void newPolicyAppliesWhenDirectoryIsAddedAgain() throws IOException {
    TempLogDirectory directory = createDirectory();
    try (LogMaintenanceService service = startService()) {
      service.add(directory.path(), LogPolicy.defaults());
      directory.writeNumberedLines(1, LINES_OVER_LIMIT);
      service.add(directory.path(), SMALL);
      // Signals the service, which would otherwise poll within 5 s.
      directory.writeNumberedLines(1, 1);
      awaitRotation(directory);
    }
  }

  @Test
  void addDoesNothingAfterClose() throws IOException {
    TempLogDirectory directory = createDirectory();
    LogMaintenanceService service = startService();
    service.add(directory.path(), SMALL);
    directory.writeNumberedLines(1, LINES_OVER_LIMIT);
    service.close();
    service.close();
    int rotatedFiles = directory.files().rotatedFiles().size();
    assertThat(rotatedFiles).isPositive();
    service.add(directory.path(), SMALL);
    service.remove(directory.path());
    assertThat(directory.files().rotatedFiles()).hasSize(rotatedFiles);
  }
}
