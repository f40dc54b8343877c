package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.NamedPipes;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The directory of a live process, this JVM, and cleaners of temporary directories. */
class DirectoryMaintainerTest {
  private static final List<String> FILES =
      List.of(
          "desired-state",
          "err.log",
          "lock",
          "out-20260101T000000.000Z.log.gz",
          "out.index",
          "out.log",
          "pid",
          "process.properties");

  @TempDir private Path folder;
  private final VirtualTime time = new VirtualTime();
  private final ProcessTable table = ProcessTable.system();
  private Path root;
  private ProcessDirectory directory;
  private ProcessRecord record;
  private DirectoryMaintainer maintainer;

  @BeforeEach
  void createDirectoryOfThisJvm() throws IOException {
    root = folder.resolve("root");
    ProcessRoot.at(root).create();
    directory = ProcessDirectory.at(root.resolve("indexer-000000000000"));
    directory.create();
    directory.createLogFiles();
    Files.writeString(directory.outLog(), "written long ago\n");
    Files.createFile(directory.path().resolve("out-20260101T000000.000Z.log.gz"));
    Files.createFile(directory.path().resolve("out.index"));
    directory.lock(now()).orElseThrow().close();
    record = record("first").withIdentity(table.identify(table.currentPid()).orElseThrow());
    directory.writeRecord(record);
    directory.writePid(table.currentPid());
    directory.writeDesiredState(true);
    maintainer = new DirectoryMaintainer(directory, time, table);
    maintainer.run();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1H", "P4000D", "PT-1H", "P-4000D"})
  void cleanerDeletesNothingAfterWallClockHasMoved(Duration step) throws IOException {
    TmpCleaner.age(root);
    time.setWallClockBack(step.negated());
    maintainer.run();
    TmpCleaner.clean(root, time.now());
    assertThat(names()).isEqualTo(FILES);
  }

  @Test
  void cleanerOfAccessTimesOnlyDeletesOnlyLockFile() throws IOException {
    TmpCleaner.age(root);
    time.advance(DirectoryMaintainer.REFRESH_INTERVAL);
    maintainer.run();
    for (String name : FILES) {
      FileTime access =
          (FileTime) Files.getAttribute(directory.path().resolve(name), "lastAccessTime");
      assertThat(access.toInstant().equals(time.now())).as(name).isEqualTo(!name.equals("lock"));
    }
    assertThat(Files.getLastModifiedTime(directory.path())).isEqualTo(FileTime.from(time.now()));
  }

  @Test
  void systemdCleanerDeletesNothingAfterRefresh() throws Exception {
    Path tool = Path.of("/usr/bin/systemd-tmpfiles");
    assumeTrue(Files.isExecutable(tool), "no systemd-tmpfiles");
    Path rules = folder.resolve("rules.conf");
    Files.writeString(rules, "d " + root + " - - - amAM:10d\n");
    Path copy = Files.createDirectory(folder.resolve("root/stale"));
    Files.createFile(copy.resolve("file"));
    time.setWallClockBack(Duration.between(Instant.now(), time.now()));
    TmpCleaner.age(root);
    maintainer.run();
    Process cleaner =
        new ProcessBuilder(tool.toString(), "--clean", rules.toString()).inheritIO().start();
    assertThat(cleaner.waitFor()).isZero();
    assertThat(copy.resolve("file")).doesNotExist();
    assertThat(names()).isEqualTo(FILES);
  }

  @Test
  void nothingIsRefreshedBeforeInterval() throws IOException {
    TmpCleaner.age(root);
    time.advance(DirectoryMaintainer.REFRESH_INTERVAL.minusSeconds(1));
    maintainer.run();
    assertThat(Files.getLastModifiedTime(directory.path()).toInstant())
        .isBefore(Instant.parse("2020-02-01T00:00:00Z"));
  }

  @Test
  void deletedFilesAreWrittenAgain() throws IOException {
    TmpCleaner.age(root);
    TmpCleaner.clean(root, time.now());
    assertThat(root).doesNotExist();
    maintainer.run();
    assertThat(directory.readRecord()).contains(record);
    assertThat(directory.readPid()).contains(table.currentPid());
    assertThat(directory.isDesiredUp()).isTrue();
    assertThat(names()).contains("out.log", "err.log");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pid", "process.properties"})
  void deletedFileIsWrittenAgainFromLatestRecord(String name) throws IOException {
    ProcessRecord ready = record.withReadyAt(Instant.parse("2026-11-20T12:00:03Z"));
    directory.writeRecord(ready);
    Files.setLastModifiedTime(
        directory.path().resolve("process.properties"), FileTime.fromMillis(1));
    maintainer.run();
    Files.delete(directory.path().resolve(name));
    maintainer.run();
    assertThat(directory.readRecord()).contains(ready);
    assertThat(directory.readPid()).contains(table.currentPid());
  }

  @Test
  void fileIsWrittenAgainAfterStarterReleasedLock() throws IOException {
    DirectoryLock starter = directory.lock(now()).orElseThrow();
    directory.deletePid();
    maintainer.run();
    assertThat(directory.readPid()).isEmpty();
    starter.close();
    maintainer.run();
    assertThat(directory.readPid()).contains(table.currentPid());
  }

  @Test
  void recordOfAnotherLaunchIsKept() throws IOException {
    ProcessRecord other = record("second");
    Files.delete(directory.path().resolve("process.properties"));
    Files.delete(directory.path().resolve("pid"));
    directory.writeRecord(other);
    maintainer.run();
    maintainer.run();
    assertThat(directory.readRecord()).contains(other);
    assertThat(directory.readPid()).isEmpty();
  }

  @Test
  void filesOfExitedProcessAreNotWrittenAgain() throws IOException {
    directory.writeRecord(record.withIdentity(new ProcessIdentity(1L << 22, 7, table.bootId())));
    Files.setLastModifiedTime(
        directory.path().resolve("process.properties"), FileTime.fromMillis(1));
    maintainer.run();
    directory.delete();
    maintainer.run();
    assertThat(directory.path()).doesNotExist();
  }

  @Test
  @Timeout(20)
  void pipeAndDanglingLinkDoNotPreventRefresh() throws Exception {
    NamedPipes.create(directory.path().resolve("a-pipe"));
    Files.createSymbolicLink(directory.path().resolve("a-link"), folder.resolve("missing"));
    TmpCleaner.age(directory.outLog());
    directory.touch(time.now());
    assertThat(Files.getAttribute(directory.outLog(), "lastAccessTime"))
        .isEqualTo(FileTime.from(time.now()));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(directory.path())) {
      return all.map(it -> it.getFileName().toString()).sorted().toList();
    }
  }

  private Deadline now() {
    return Deadline.after(time, Duration.ZERO);
  }

  private static ProcessRecord record(String token) {
    return ProcessRecord.forLaunch(
        new ProcessKey(Optional.empty(), "INDEXER", "main"),
        "com.example.Main",
        new ProcessRecord.Launch(token, Instant.parse("2026-11-20T12:00:00Z")),
        new LaunchedCommand(List.of("java"), List.of(), List.of(), Path.of("/"), List.of()));
  }
}
