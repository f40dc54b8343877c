package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.DirectoryLockedException;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A supervisor's directory, the directory of one of its services, and cleaners. */
@ExtendWith(LeakCheck.class)
@Tag("process")
class RootMaintainerTest {
  @TempDir private Path folder;
  @TempDir private Path output;
  private final VirtualTime time = new VirtualTime();
  private final ProcessTable table = ProcessTable.system();
  private Path root;
  private ProcessDirectory service;
  private ProcessRecord record;
  private DirectoryLock lock;
  private RootMaintainer maintainer;

  @BeforeEach
  void lockRootWithOneService() {
    root = folder.resolve("supervisor");
    ProcessDirectory directory = ProcessDirectory.at(root);
    directory.create();
    lock = directory.lock(Deadline.after(TimeSource.system(), Duration.ZERO)).orElseThrow();
    directory.writePid(table.currentPid());
    service = ProcessDirectory.at(root.resolve("web-000000000000"));
    service.create();
    record =
        ProcessRecord.forLaunch(
                new ProcessKey(Optional.empty(), "web", "main"),
                "web",
                new ProcessRecord.Launch("token", Instant.parse("2026-11-20T12:00:00Z")),
                new LaunchedCommand(List.of("web"), List.of(), List.of(), root, List.of()))
            .withIdentity(table.identify(table.currentPid()).orElseThrow());
    service.writeRecord(record);
    service.writePid(table.currentPid());
    service.writeDesiredState(true);
    maintainer = new RootMaintainer(ProcessRoot.at(root), lock, time, table);
    maintainer.run();
  }

  @AfterEach
  void unlock() {
    lock.close();
  }

  @Test
  void deletedRootIsWrittenAgainAndStaysLocked() throws IOException {
    TmpCleaner.age(root);
    TmpCleaner.clean(root, time.now());
    assertThat(root).doesNotExist();
    maintainer.run();
    assertThat(ProcessDirectory.at(root).readPid()).contains(table.currentPid());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
        .isEqualTo("rwx------");
    Deadline now = Deadline.after(TimeSource.system(), Duration.ZERO);
    assertThatThrownBy(() -> ProcessDirectory.at(root).lock(now))
        .as("another supervisor in this JVM")
        .isInstanceOf(DirectoryLockedException.class);
    try (JavaProcess other = JavaProcess.of(HoldsLock.class, root).start(output)) {
      other.awaitLine("tries");
      time.advance(RootMaintainer.SCAN_INTERVAL);
      maintainer.run();
      assertThat(service.readRecord()).contains(record);
      assertThat(service.isDesiredUp()).isTrue();
      assertThat(other.out()).doesNotContain("holds");
      lock.close();
      other.awaitLine("holds");
    }
  }

  @Test
  void cleanerDeletesNothingAfterHour() throws IOException {
    TmpCleaner.age(root);
    time.advance(DirectoryMaintainer.REFRESH_INTERVAL);
    maintainer.run();
    TmpCleaner.clean(root, time.now());
    assertThat(root.resolve("lock")).exists();
    assertThat(root.resolve("pid")).exists();
    assertThat(service.readRecord()).contains(record);
  }

  @Test
  void unusableDirectoryDoesNotPreventProtectionOfOthers() throws IOException {
    ProcessDirectory broken = ProcessDirectory.at(root.resolve("broken-000000000000"));
    broken.create();
    Files.createDirectory(broken.path().resolve("process.properties"));
    Files.createFile(broken.path().resolve("pid"));
    service.deletePid();
    time.advance(RootMaintainer.SCAN_INTERVAL);
    maintainer.run();
    assertThat(service.readPid()).contains(table.currentPid());
  }
}
