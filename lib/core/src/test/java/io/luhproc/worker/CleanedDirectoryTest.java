package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.TmpCleaner;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A cleaner of temporary directories deletes the files of a live worker. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class CleanedDirectoryTest {
  @RegisterExtension final WorkerFixture workers = new WorkerFixture();

  @Test
  void startAwaitsRecordOfWorkerWhoseRecordWasDeleted() throws Exception {
    WorkerInfo worker = workers.startReady("IDLE", "main");
    awaitMaintenance();
    Files.delete(worker.directory().resolve("process.properties"));
    Files.delete(worker.directory().resolve("pid"));
    WorkerInfo again = workers.start("IDLE", "main");
    assertThat(again.launched()).isFalse();
    assertThat(again.identity()).isEqualTo(worker.identity());
    assertThat(workers.markedProcesses()).hasSize(1);
  }

  /** Waits until the worker remembers its record, which it does within a second. */
  private void awaitMaintenance() {
    Eventually.holds(
        "the maintenance thread has seen the record",
        () ->
            workers.info("IDLE", "main").uptime().orElseThrow().compareTo(Duration.ofSeconds(2))
                > 0);
  }

  @Test
  void startFindsWorkerWhoseDirectoryWasDeleted() throws Exception {
    WorkerInfo worker = workers.startReady("IDLE", "main");
    ProcessDirectory directory = ProcessDirectory.at(worker.directory());
    awaitMaintenance();
    TmpCleaner.age(workers.root);
    TmpCleaner.clean(workers.root, Instant.now());
    assertThat(workers.root).doesNotExist();
    Eventually.holds("the pid is written again", () -> directory.readPid().isPresent());

    assertThat(workers.info("IDLE", "main").state()).isEqualTo(WorkerState.READY);
    WorkerInfo again = workers.start("IDLE", "main");
    assertThat(again.launched()).isFalse();
    assertThat(again.identity()).isEqualTo(worker.identity());
    assertThat(workers.manager.stop("IDLE", "main").outcome())
        .isEqualTo(StopResult.Outcome.STOPPED);
    assertThat(worker.directory()).doesNotExist();
  }
}
