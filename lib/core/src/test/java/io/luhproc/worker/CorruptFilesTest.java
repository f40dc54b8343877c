package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Process directories with damaged files. The worker is a sleep(1). */
@ExtendWith(LeakCheck.class)
@Tag("process")
class CorruptFilesTest {
  private static final String TASK = WorkerRootFixture.TASK;
  private static final String ID = WorkerRootFixture.ID;

  @TempDir private Path folder;
  private WorkerRootFixture root;
  private ProcessManager manager;
  private Path pidFile;
  private Path recordFile;

  @BeforeEach
  void setUp() {
    root = WorkerRootFixture.in(folder);
    manager = root.builder().command(List.of("/bin/sleep", "600")).build();
    pidFile = root.directory().resolve("pid");
    recordFile = root.directory().resolve("process.properties");
  }

  @AfterEach
  void close() {
    root.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0\n", "1\n", "-1\n", "4294967295\n", "text\n", "OWN\n", "DEAD\n", "MISSING"})
  void workerIsFoundAndStoppedWhenPidFileIsCorrupt(String content) throws Exception {
    long pid = start();
    corruptPidFile(content);
    assertThat(manager.info(TASK, ID).orElseThrow().state().isAlive()).isTrue();
    assertThat(manager.info(TASK, ID).orElseThrow().identity().orElseThrow().pid()).isEqualTo(pid);
    WorkerInfo again = manager.start(TASK, ID);
    assertThat(again.launched()).isFalse();
    assertThat(pidFile).hasContent(pid + "\n");
    corruptPidFile(content);
    assertThat(manager.stop(TASK, ID).outcome()).isEqualTo(StopResult.Outcome.STOPPED);
    assertThat(root.markedPids()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0\n", "1\n", "-1\n", "4294967295\n", "text\n", "OWN\n", "DEAD\n", "MISSING"})
  void pidFileIsIgnoredWhenNoRecordExists(String content) throws Exception {
    Files.createDirectories(root.directory());
    corruptPidFile(content);
    assertThat(manager.stop(TASK, ID).outcome()).isEqualTo(StopResult.Outcome.NOT_RUNNING);
    Files.createDirectories(root.directory());
    corruptPidFile(content);
    long pid = start();
    assertThat(pidFile).hasContent(pid + "\n");
    assertThat(root.markedPids()).containsExactly(pid);
    manager.stop(TASK, ID);
  }

  @Test
  void runningWorkerIsFoundWhenRecordIsTruncated() throws Exception {
    long pid = start();
    byte[] whole = Files.readAllBytes(recordFile);
    for (int length : new int[] {0, 1, whole.length / 2, whole.length - 3}) {
      Files.write(recordFile, Arrays.copyOf(whole, length));
      WorkerInfo worker = manager.info(TASK, ID).orElseThrow();
      assertThat(worker.state()).as("%d bytes", length).isEqualTo(WorkerState.RUNNING);
      assertThat(worker.identity().orElseThrow().pid()).isEqualTo(pid);
      assertThatThrownBy(() -> manager.start(TASK, ID))
          .isInstanceOf(StartFailedException.class)
          .hasMessage(
              "cannot start a worker in "
                  + root.directory()
                  + ": process "
                  + pid
                  + " is running, but its process.properties is damaged; stop it first");
    }
    Files.delete(pidFile);
    assertThat(manager.info(TASK, ID).orElseThrow().identity().orElseThrow().pid()).isEqualTo(pid);
    assertThatThrownBy(() -> manager.start(TASK, ID)).hasMessageContaining("stop it first");
    assertThat(pidFile).hasContent(pid + "\n");
    Files.delete(pidFile);
    assertThat(manager.stop(TASK, ID).outcome()).isEqualTo(StopResult.Outcome.STOPPED);
    assertThat(root.markedPids()).isEmpty();
    assertThat(root.directory()).doesNotExist();
  }

  @Test
  void startSucceedsWhenRecordOfEndedWorkerIsTruncated() throws Exception {
    start();
    byte[] whole = Files.readAllBytes(recordFile);
    manager.stop(TASK, ID, StopOptions.builder().keepLogs(true).build());
    Files.write(recordFile, Arrays.copyOf(whole, whole.length / 2));
    assertThat(manager.info(TASK, ID).orElseThrow().state()).isEqualTo(WorkerState.ENDED);
    long pid = start();
    assertThat(root.markedPids()).containsExactly(pid);
    manager.stop(TASK, ID);
  }

  @Test
  void stopFindsWorkerWhenDirectoryWasDeleted() throws Exception {
    long pid = start();
    deleteDirectory();
    assertThat(manager.stop(TASK, ID).outcome()).isEqualTo(StopResult.Outcome.STOPPED);
    assertThat(ProcessTable.system().identify(pid)).isEmpty();
  }

  @Test
  void startFailsWhenDirectoryIsCopyOfAnother() throws Exception {
    start();
    Path copy = root.path().resolve(WorkerFixture.directoryName(TASK, "other"));
    Files.createDirectory(copy);
    Files.copy(recordFile, copy.resolve("process.properties"));
    assertThatThrownBy(() -> manager.start(TASK, "other"))
        .hasMessage(
            "cannot use "
                + copy
                + " for ALONE (id: other): its process.properties is about ALONE (id: main), so it"
                + " was copied or renamed; remove it");
    assertThat(manager.list()).hasSize(1);
    manager.stop(TASK, ID);
  }

  @Test
  void operationsFailWhenDirectoryIsSymbolicLink() throws Exception {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Files.createDirectories(root.path());
    Files.createSymbolicLink(root.directory(), elsewhere);
    String message =
        root.directory() + " is a symbolic link, which luhproc never follows; remove it";
    assertThatThrownBy(() -> manager.start(TASK, ID)).hasMessage(message);
    assertThatThrownBy(() -> manager.info(TASK, ID)).hasMessage(message);
    assertThatThrownBy(() -> manager.stop(TASK, ID)).hasMessage(message);
    assertThat(manager.list()).isEmpty();
    assertThat(elsewhere).isEmptyDirectory();
  }

  private long start() {
    WorkerInfo worker = manager.start(TASK, ID);
    assertThat(worker.launched()).isTrue();
    return worker.identity().orElseThrow().pid();
  }

  private void corruptPidFile(String content) throws IOException, InterruptedException {
    switch (content) {
      case "MISSING" -> Files.deleteIfExists(pidFile);
      case "OWN\n" -> Files.writeString(pidFile, ProcessHandle.current().pid() + "\n");
      case "DEAD\n" -> Files.writeString(pidFile, deadPid() + "\n");
      default -> Files.writeString(pidFile, content);
    }
  }

  private static long deadPid() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return process.pid();
  }

  private void deleteDirectory() throws IOException {
    for (String file : List.of("pid", "process.properties", "out.log", "err.log", "lock")) {
      Files.delete(root.directory().resolve(file));
    }
    Files.delete(root.directory());
  }
}
