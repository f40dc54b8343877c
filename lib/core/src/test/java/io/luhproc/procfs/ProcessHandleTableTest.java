package io.luhproc.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.testing.LeakCheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the process table of systems without {@code /proc}. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class ProcessHandleTableTest {
  private final ProcessTable table = new ProcessHandleTable();

  @Test
  void childIsFoundWithParentAndIsAliveUntilExit() throws Exception {
    Process sleep = new ProcessBuilder("sleep", "300").start();
    long currentPid = ProcessHandle.current().pid();
    ProcessIdentity identity = table.identify(sleep.pid()).orElseThrow();
    assertThat(table.find(sleep.pid()).orElseThrow().parentPid()).isEqualTo(currentPid);
    assertThat(table.all()).extracting(ProcessStat::pid).contains(currentPid, sleep.pid());
    assertThat(table.isAlive(identity)).isTrue();
    assertThat(table.isAlive(new ProcessIdentity(identity.pid(), identity.startTicks() + 1, "")))
        .isFalse();
    sleep.destroyForcibly().waitFor();
    assertThat(table.isAlive(identity)).isFalse();
  }

  @Test
  void nonPositivePidIsNotFound() {
    assertThat(table.find(0)).isEmpty();
    assertThat(table.find(-1)).isEmpty();
    assertThat(table.environmentVariable(ProcessHandle.current().pid(), "PATH")).isEmpty();
  }
}
