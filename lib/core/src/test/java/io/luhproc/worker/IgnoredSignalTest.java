package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker handles the signals that its starter ignores, as under nohup(1). */
@Tag("process")
@ExtendWith(LeakCheck.class)
class IgnoredSignalTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"INT", "HUP", "TERM"})
  void workerStopsAtSignalWhenStarterIgnoresIt(Signal signal) throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder);
        JavaProcess starter =
            root.app("start").wrappedBy("env", "--ignore-signal=INT,HUP,TERM").start(folder)) {
      assertThat(starter.awaitExit()).as(starter::toString).isZero();
      ProcessIdentity worker =
          ProcessTable.system().identify(Long.parseLong(starter.awaitLine("pid"))).orElseThrow();
      Eventually.holds(root::dump, () -> root.dump().contains("\nruns\n"));
      WorkerFixture.signal(worker, signal);
      Eventually.holds(root::dump, () -> !ProcessTable.system().isAlive(worker));
      assertThat(root.dump()).contains("end.exitCode=0", "stopped by SIG" + signal);
      root.stopAndAssertGone();
    }
  }
}
