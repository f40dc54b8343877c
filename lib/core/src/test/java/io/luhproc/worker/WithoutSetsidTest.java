package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.SteppedProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Workers without setsid(1) on the PATH, as in a distroless image. */
@ExtendWith(LeakCheck.class)
@Tag("process")
@EnabledOnOs(OS.LINUX)
class WithoutSetsidTest {
  @TempDir private Path folder;

  @Test
  void workerLeadsItsOwnSessionWhenSetsidIsMissing() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder);
        JavaProcess starter = app(root, "start", "wait").start(folder)) {
      long pid = Long.parseLong(starter.awaitLine("pid"));
      assertThat(root.start().identity().orElseThrow().pid()).isEqualTo(pid);
      ProcessStat entry = ProcessTable.system().find(pid).orElseThrow();
      assertThat(entry.sessionId()).isEqualTo(pid);
      assertThat(entry.processGroupId()).isEqualTo(pid);
      assertThat(root.directory().resolve("err.log")).isEmptyFile();
      starter.kill();
      root.assertOnlyRunning(pid);
      root.stopAndAssertGone();
    }
  }

  @Test
  void oneWorkerRunsWhenStarterIsKilledWithoutSetsid() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder)) {
      try (SteppedProcess starter = SteppedProcess.start(app(root, "start"), folder)) {
        starter.runToStep("start");
        assertThat(starter.runToNextStep()).contains("newByteChannel .process.properties.new");
      }
      WorkerInfo worker = root.start();
      root.assertOnlyRunning(worker.identity().orElseThrow().pid());
      root.stopAndAssertGone();
    }
  }

  private static JavaProcess.Builder app(WorkerRootFixture root, String... verbs) {
    return root.app(verbs).env("PATH", root.folder());
  }
}
