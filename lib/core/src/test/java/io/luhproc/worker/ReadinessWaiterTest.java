package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.directory.StartupOutput;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waiting for a worker that has already exited. */
class ReadinessWaiterTest {
  private static final ProcessKey KEY = new ProcessKey(Optional.empty(), "INDEX", "main");

  @TempDir Path root;
  private final VirtualTime time = new VirtualTime();
  private ProcessDirectory directory;
  private final Map<String, String> environment = new HashMap<>();
  private LaunchedCommand command =
      new LaunchedCommand(List.of("app"), List.of(), List.of(), Path.of("/"), List.of());
  private ProcessRecord record;
  private WorkerQuery query;
  private ReadinessWaiter waiter;

  @BeforeEach
  void recordExitedWorker() {
    ManagerContext context =
        VirtualManagerContext.of(root, time, ProcessTable.system(), environment);
    query = new WorkerQuery(context);
    waiter = new ReadinessWaiter(context, query);
    directory = ProcessRoot.at(root).directory(KEY);
    directory.create();
    directory.prepareLogFiles();
    record =
        ProcessRecord.forLaunch(
                KEY, context.programName(), new ProcessRecord.Launch("token", time.now()), command)
            .withIdentity(new ProcessIdentity(1L << 22, 7, context.table().bootId()));
  }

  private WorkerInfo await() {
    directory.writeRecord(record);
    WorkerInfo started = query.info(directory, record, true);
    return waiter.await(StartupOutput.startingNow(directory), started, Duration.ofHours(1));
  }

  @Test
  void awaitReturnsWhenWorkerExitedAfterReportingReady() {
    record = record.withRunningAt(time.now()).withReadyAt(time.now());
    WorkerInfo worker = await();
    assertThat(worker.state()).isEqualTo(WorkerState.ENDED);
    assertThat(worker.launched()).isTrue();
    assertThat(time.elapsed()).isZero();
  }

  @Test
  void awaitFailsAtOnceWhenWorkerExitedWithoutReportingReady() {
    record = record.withRunningAt(time.now());
    assertThatThrownBy(this::await)
        .isInstanceOf(StartFailedException.class)
        .hasMessageStartingWith("INDEX (id: main) ended before it was ready: the cause is unknown")
        .hasMessageContaining("(err.log is empty)");
    assertThat(time.elapsed()).as("wait for the exit recorder").isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void failureNamesInheritedAgentsWhenWorkerExitedBeforeItsTask() {
    environment.put("JAVA_TOOL_OPTIONS", "-ea '-javaagent:/my agents/b.jar=secret'");
    command =
        new LaunchedCommand(
            List.of(
                "java", "-javaagent:/a.jar=9404:x", "-javaagent:/own.jar", "App", "-javaagent:c"),
            List.of("-javaagent:/own.jar"),
            List.of(),
            root,
            List.of());
    recordExitedWorker();
    assertThatThrownBy(this::await)
        .hasMessageContaining(
            "the cause is unknown; it inherits -javaagent:/a.jar, which fails if it needs a port or"
                + " a file that this JVM uses: remove it with"
                + " StartOptions.builder().withoutJvmOption(\"-javaagent:/a.jar\")")
        .hasMessageContaining("withoutJvmOption(\"-javaagent:/my agents/b.jar\")\n")
        .hasMessageNotContainingAny("own.jar", "-javaagent:c", "9404", "secret");
    record = record.withRunningAt(time.now());
    assertThatThrownBy(this::await).hasMessageNotContaining("-javaagent");
  }
}
