package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code start} on a full disk. A limit on the size of files (setrlimit(2), RLIMIT_FSIZE) makes
 * write(2) fail in the same way, and needs no disk. One test blocks a file by a directory instead.
 */
@ExtendWith(LeakCheck.class)
@Tag("process")
@EnabledOnOs(OS.LINUX)
class FullDiskTest {
  // Enough for the output of the starter, and too small for a process record.
  private static final long TOO_SMALL = 600;

  @TempDir private Path folder;

  @Test
  void startFailsAndLeavesNoDirectoryWhenRecordCannotBeWritten() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder);
        JavaProcess starter = starterWithFileSizeLimit(root, TOO_SMALL)) {
      assertThat(starter.awaitLine("refused"))
          .isEqualTo(
              "cannot start ALONE (id: main): cannot write "
                  + root.directory().resolve("process.properties")
                  + ": java.io.IOException: File too large; see that its disk is not full and not"
                  + " read-only");
      assertThat(root.directory()).doesNotExist();
      assertThat(root.markedPids()).isEmpty();
      assertThat(root.start().launched()).isTrue();
      root.stopAndAssertGone();
    }
  }

  @Test
  void workerIsKilledAndDirectoryDeletedWhenIdentityCannotBeWritten() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder)) {
      // The identity takes about 80 bytes, for which there is no room.
      try (JavaProcess starter = starterWithFileSizeLimit(root, recordSize(root) - 30)) {
        assertThat(starter.awaitLine("refused"))
            .startsWith("cannot start ALONE (id: main): cannot write ")
            .contains("File too large");
        Eventually.holds("no worker is alive", () -> root.markedPids().isEmpty());
        assertThat(root.directory()).doesNotExist();
      }
      assertThat(root.start().launched()).isTrue();
      root.stopAndAssertGone();
    }
  }

  @Test
  void startFailsAndLeavesNoProcessWhenPidFileCannotBeWritten() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder)) {
      Path blocked = Files.createDirectories(root.directory().resolve(".pid.new/blocked"));
      assertThatThrownBy(root::start)
          .isInstanceOf(StartFailedException.class)
          .hasMessageStartingWith("cannot start ALONE (id: main): cannot write ")
          .hasMessageEndingWith("; see that its disk is not full and not read-only");
      Eventually.holds("no worker is alive", () -> root.markedPids().isEmpty());
      assertThat(
              root.manager()
                  .info(WorkerRootFixture.TASK, WorkerRootFixture.ID)
                  .map(WorkerInfo::state))
          .isNotEqualTo(Optional.of(WorkerState.RUNNING));
      Files.delete(blocked);
      assertThat(root.start().launched()).isTrue();
      root.stopAndAssertGone();
    }
  }

  @Test
  void previousRecordAndLogsAreKeptWhenStartFails() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder)) {
      root.start();
      root.manager()
          .stop(
              WorkerRootFixture.TASK,
              WorkerRootFixture.ID,
              StopOptions.builder().keepLogs(true).build());
      WorkerInfo before =
          root.manager().info(WorkerRootFixture.TASK, WorkerRootFixture.ID).orElseThrow();
      try (JavaProcess starter = starterWithFileSizeLimit(root, TOO_SMALL)) {
        assertThat(starter.awaitLine("refused")).contains("File too large");
      }
      assertThat(root.manager().info(WorkerRootFixture.TASK, WorkerRootFixture.ID))
          .contains(before);
      assertThat(before.logFile()).content().contains("runs");
      root.stopAndAssertGone();
    }
  }

  private static long recordSize(WorkerRootFixture root) throws Exception {
    try (JavaProcess starter = starterWithFileSizeLimit(root, 1 << 20)) {
      starter.awaitLine("launched");
      Path record = root.directory().resolve("process.properties");
      String text = Files.readString(record);
      root.stopAndAssertGone();
      return text.replaceAll("(?m)^(running|ready)=.*\n", "").length();
    }
  }

  private static JavaProcess starterWithFileSizeLimit(WorkerRootFixture root, long bytes)
      throws IOException {
    return root.app("start", "wait")
        .wrappedBy("prlimit", "--fsize=" + bytes)
        // The JVM would write its performance counters to a file of 32 KiB.
        .options("-XX:-UsePerfData")
        .start(root.folder());
  }
}
