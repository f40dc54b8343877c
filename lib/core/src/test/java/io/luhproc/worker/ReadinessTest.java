package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start that waits sees of a worker whose process is gone when it first looks. */
class ReadinessTest {
  private static final ProcessKey KEY = new ProcessKey(Optional.empty(), "INDEX", "main");

  @TempDir Path root;
  private final VirtualTime time = new VirtualTime();
  private ProcessDirectory directory;
  private ProcessRecord description;
  private Inspector inspector;
  private Readiness readiness;

  @BeforeEach
  void describeAWorkerThatIsGone() {
    Parts parts = VirtualParts.of(root, time, ProcessTable.system());
    inspector = new Inspector(parts);
    readiness = new Readiness(parts, inspector);
    directory = ProcessRoot.at(root).directory(KEY);
    directory.create();
    directory.createLogFiles();
    description =
        ProcessRecord.forLaunch(
                KEY,
                parts.program().name(),
                new ProcessRecord.Launch("token", time.now()),
                new LaunchedCommand(List.of("app"), List.of(), List.of(), root, List.of()))
            .withIdentity(new ProcessIdentity(1L << 22, 7, parts.table().bootId()));
  }

  private WorkerInfo await() {
    directory.writeRecord(description);
    WorkerInfo started = inspector.info(directory, description, true);
    return readiness.await(LaunchOutput.from(directory), started, Duration.ofHours(1));
  }

  @Test
  void whoSaidSoAndEndedWasReady() {
    description = description.withRunningAt(time.now()).withReadyAt(time.now());
    WorkerInfo worker = await();
    assertThat(worker.state()).isEqualTo(WorkerState.ENDED);
    assertThat(worker.launched()).isTrue();
    assertThat(time.elapsed()).isZero();
  }

  @Test
  void whoEndedWithoutSayingSoFailedAtOnce() {
    description = description.withRunningAt(time.now());
    assertThatThrownBy(this::await)
        .isInstanceOf(StartFailedException.class)
        .hasMessageStartingWith("INDEX (id: main) ended before it was ready: nobody saw how")
        .hasMessageContaining("(it wrote nothing to err.log)");
    assertThat(time.elapsed())
        .as("a moment for the parent's word")
        .isLessThan(Duration.ofSeconds(1));
  }
}
