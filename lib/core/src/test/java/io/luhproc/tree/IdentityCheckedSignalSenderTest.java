package io.luhproc.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests that only the exact target process is signalled. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class IdentityCheckedSignalSenderTest {
  private final ProcessTable table = ProcessTable.system();
  private Process sleep;
  private ProcessStat process;

  @BeforeEach
  void start() throws IOException {
    sleep = new ProcessBuilder("sleep", "300").start();
    // The JDK returns from start() before the kernel has set the name.
    process =
        Eventually.present(
            "sleep runs", () -> table.find(sleep.pid()).filter(row -> row.name().equals("sleep")));
  }

  @AfterEach
  void end() throws InterruptedException {
    sleep.destroyForcibly().waitFor();
  }

  @Test
  void termAndKillNeedNoNativeCode() throws InterruptedException {
    new IdentityCheckedSignalSender(table, new UnexpectedCallPosix()).send(process, Signal.TERM);
    assertThat(sleep.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(sleep.exitValue()).isEqualTo(128 + Signal.TERM.number());
  }

  @Test
  void reusedPidIsNotSignalled() throws InterruptedException {
    ProcessStat before = FakeProcessTable.withStartTicks(process, process.startTicks() - 1);
    IdentityCheckedSignalSender signals =
        new IdentityCheckedSignalSender(table, new UnexpectedCallPosix());
    signals.send(before, Signal.TERM);
    signals.send(before, Signal.KILL);
    signals.send(before, Signal.INT);
    assertThat(sleep.waitFor(100, TimeUnit.MILLISECONDS)).isFalse();
  }

  @Test
  void initIsNeverSignalled() {
    IdentityCheckedSignalSender signals =
        new IdentityCheckedSignalSender(table, new UnexpectedCallPosix());
    ProcessStat init = table.find(1).orElseThrow();
    assertThatThrownBy(() -> signals.send(init, Signal.TERM))
        .hasMessage("pid (1) must never be signalled");
    assertThatThrownBy(() -> signals.killGroup(1)).hasMessage("group (1) must never be signalled");
  }

  @Test
  void sendOrFailThrowsWhenPermissionIsDenied() {
    IdentityCheckedSignalSender signals =
        new IdentityCheckedSignalSender(table, new PermissionDeniedPosix());
    assertThatThrownBy(() -> signals.sendOrFail(process, Signal.HUP))
        .isInstanceOf(LuhprocException.class)
        .hasMessageStartingWith("cannot send HUP to process " + sleep.pid() + " (sleep): ")
        .hasMessageEndingWith("Operation not permitted; check whether it runs as another user");
    assertThat(signals.sendOrFail(process, Signal.TERM)).isTrue();
    ProcessStat before = FakeProcessTable.withStartTicks(process, process.startTicks() - 1);
    assertThat(signals.sendOrFail(before, Signal.HUP)).isFalse();
  }

  @Test
  void sendIgnoresDeniedPermission() {
    IdentityCheckedSignalSender signals =
        new IdentityCheckedSignalSender(table, new PermissionDeniedPosix());
    assertThatCode(() -> signals.send(process, Signal.INT)).doesNotThrowAnyException();
  }
}
