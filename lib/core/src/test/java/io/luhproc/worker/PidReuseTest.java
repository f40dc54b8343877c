package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.worker.StopResult.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An unrelated process that has the pid of an ended worker is never signalled. The tests simulate a
 * reused pid: they write the pid of a live process into the files of an ended worker.
 */
@Tag("process")
@ExtendWith(LeakCheck.class)
class PidReuseTest {
  @RegisterExtension final WorkerFixture workers = new WorkerFixture();
  private ProcessManager manager;
  private Process process;
  private ProcessIdentity unrelated;
  private ProcessDirectory directory;

  @BeforeEach
  void createDeadWorkerAndUnrelatedProcess() throws IOException {
    manager =
        ProcessManager.builder()
            .root(workers.root)
            .task("INDEX", context -> {})
            .command(List.of("sleep", "300"))
            .build();
    // The process leads its session, as the worker did, so its group must not be signalled either.
    process = new ProcessBuilder("setsid", "sleep", "300").start();
    unrelated =
        Eventually.present(
            "the process leads its session",
            () ->
                workers
                    .table
                    .find(process.pid())
                    .filter(it -> it.sessionId() == it.pid())
                    .flatMap(it -> workers.table.identify(it.pid())));
    WorkerInfo worker = manager.start("INDEX", "main");
    WorkerFixture.signal(workers.identityOf(worker), Signal.KILL);
    directory = ProcessDirectory.at(worker.directory());
    Eventually.holds(
        "the end is recorded", () -> directory.readRecord().orElseThrow().end().isPresent());
  }

  @AfterEach
  void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  private void recordIdentity(ProcessIdentity identity) {
    ProcessRecord record = directory.readRecord().orElseThrow();
    directory.writeRecord(record.withIdentity(identity));
    directory.writePid(identity.pid());
  }

  private void assertUnrelatedProcessIsUntouched() {
    assertThat(manager.info("INDEX", "main").orElseThrow().state()).isEqualTo(WorkerState.ENDED);
    assertThat(manager.list()).extracting(WorkerInfo::state).containsExactly(WorkerState.ENDED);
    assertThat(manager.stop("INDEX", "main").outcome()).isEqualTo(Outcome.NOT_RUNNING);
    assertThat(workers.isAlive(unrelated)).isTrue();
    assertThat(directory.path()).doesNotExist();
  }

  @Test
  void processWithDifferentStartTimeIsNotSignalled() {
    recordIdentity(
        new ProcessIdentity(unrelated.pid(), unrelated.startTicks() - 100, unrelated.bootId()));
    assertUnrelatedProcessIsUntouched();
  }

  @Test
  void processIsNotSignalledWhenRecordIsFromAnotherBoot() {
    recordIdentity(new ProcessIdentity(unrelated.pid(), unrelated.startTicks(), "an-earlier-boot"));
    assertUnrelatedProcessIsUntouched();
  }

  @Test
  void pidFileIsIgnoredWhenRecordIsMissing() throws IOException {
    Files.delete(directory.path().resolve("process.properties"));
    directory.writePid(unrelated.pid());
    assertThat(manager.info("INDEX", "main").orElseThrow().state()).isEqualTo(WorkerState.ENDED);
    assertThat(manager.stop("INDEX", "main").outcome()).isEqualTo(Outcome.NOT_RUNNING);
    assertThat(workers.isAlive(unrelated)).isTrue();
  }

  @Test
  void startLaunchesWorkerWhenPidIsReused() {
    recordIdentity(
        new ProcessIdentity(unrelated.pid(), unrelated.startTicks() - 100, unrelated.bootId()));
    WorkerInfo worker = manager.start("INDEX", "main");
    assertThat(worker.launched()).isTrue();
    assertThat(worker.identity()).isPresent().get().isNotEqualTo(unrelated);
    manager.stop("INDEX", "main");
    assertThat(workers.isAlive(unrelated)).isTrue();
    assertThat(workers.isAlive(workers.identityOf(worker))).isFalse();
  }

  @Test
  void processIsStoppedWhenRecordedIdentityMatches() {
    // Proves that the tests above can fail: with the right identity, the process is signalled.
    recordIdentity(unrelated);
    assertThat(manager.stop("INDEX", "main").outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(workers.isAlive(unrelated)).isFalse();
  }
}
