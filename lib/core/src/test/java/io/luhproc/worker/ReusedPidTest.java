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
 * Fault 7: a stranger who got the pid of a worker is never signalled. The stranger here lives, and
 * the files of a worker that has died are made to name its pid, as they would if the kernel had
 * used the pid again.
 */
@Tag("process")
@ExtendWith(LeakCheck.class)
class ReusedPidTest {
  @RegisterExtension final RealWorkers workers = new RealWorkers();
  private ProcessManager manager;
  private Process process;
  private ProcessIdentity stranger;
  private ProcessDirectory directory;

  @BeforeEach
  void leaveADeadWorkerAndAStranger() throws IOException {
    manager =
        ProcessManager.builder()
            .root(workers.root)
            .task("INDEX", context -> {})
            .command(List.of("sleep", "300"))
            .build();
    // A leader of its own session, as the worker was: its group must not be signalled either.
    process = new ProcessBuilder("setsid", "sleep", "300").start();
    stranger =
        Eventually.present(
            "the stranger leads its session",
            () ->
                workers
                    .table
                    .find(process.pid())
                    .filter(it -> it.sessionId() == it.pid())
                    .flatMap(it -> workers.table.identify(it.pid())));
    WorkerInfo worker = manager.start("INDEX", "main");
    RealWorkers.signal(workers.identity(worker), Signal.KILL);
    directory = ProcessDirectory.at(worker.directory());
    Eventually.holds(
        "its end is recorded", () -> directory.readRecord().orElseThrow().end().isPresent());
  }

  @AfterEach
  void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  private void record(ProcessIdentity who) {
    ProcessRecord dead = directory.readRecord().orElseThrow();
    directory.writeRecord(dead.withIdentity(who));
    directory.writePid(who.pid());
  }

  private void assertTheStrangerIsNotTheWorker() {
    assertThat(manager.info("INDEX", "main").orElseThrow().state()).isEqualTo(WorkerState.ENDED);
    assertThat(manager.list()).extracting(WorkerInfo::state).containsExactly(WorkerState.ENDED);
    assertThat(manager.stop("INDEX", "main").outcome()).isEqualTo(Outcome.NOT_RUNNING);
    assertThat(workers.lives(stranger)).isTrue();
    assertThat(directory.path()).doesNotExist();
  }

  @Test
  void aLaterProcessOfTheSamePidIsLeftAlone() {
    record(new ProcessIdentity(stranger.pid(), stranger.startTicks() - 100, stranger.bootId()));
    assertTheStrangerIsNotTheWorker();
  }

  @Test
  void aProcessOfAnotherBootIsLeftAlone() {
    record(new ProcessIdentity(stranger.pid(), stranger.startTicks(), "an-earlier-boot"));
    assertTheStrangerIsNotTheWorker();
  }

  @Test
  void aPidFileWithoutADescriptionIsNotBelieved() throws IOException {
    Files.delete(directory.path().resolve("process.properties"));
    directory.writePid(stranger.pid());
    assertThat(manager.info("INDEX", "main").orElseThrow().state()).isEqualTo(WorkerState.ENDED);
    assertThat(manager.stop("INDEX", "main").outcome()).isEqualTo(Outcome.NOT_RUNNING);
    assertThat(workers.lives(stranger)).isTrue();
  }

  @Test
  void startDoesNotTakeTheStrangerForTheWorker() {
    record(new ProcessIdentity(stranger.pid(), stranger.startTicks() - 100, stranger.bootId()));
    WorkerInfo worker = manager.start("INDEX", "main");
    assertThat(worker.launched()).isTrue();
    assertThat(worker.identity()).isPresent().get().isNotEqualTo(stranger);
    manager.stop("INDEX", "main");
    assertThat(workers.lives(stranger)).isTrue();
    assertThat(workers.lives(workers.identity(worker))).isFalse();
  }

  @Test
  void theRecordedProcessItselfIsStopped() {
    // Shows that the tests above can fail: with the right start time, the stranger is the worker.
    record(stranger);
    assertThat(manager.stop("INDEX", "main").outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(workers.lives(stranger)).isFalse();
  }
}
