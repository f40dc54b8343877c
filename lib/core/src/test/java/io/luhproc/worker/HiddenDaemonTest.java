package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.HiddenDaemon;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Daemons of workers that have left their session and hidden their environment. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class HiddenDaemonTest {
  private static final String PERL = "/usr/bin/perl";

  @RegisterExtension final WorkerFixture workers = new WorkerFixture();
  @TempDir private Path folder;

  @Test
  void daemonWithoutEnvironmentIsGoneAfterStop() {
    try (HiddenDaemon daemons = HiddenDaemon.in(folder)) {
      workers.startReady("SCRIPT", "main", daemons.startCommand());
      ProcessIdentity daemon = daemons.await(1);
      workers.manager.stop("SCRIPT", "main");
      assertThat(HiddenDaemon.isAlive(daemon)).isFalse();
    }
  }

  @Test
  void daemonWithoutEnvironmentIsGoneWhenWorkerWasKilledBeforeStop() {
    try (HiddenDaemon daemons = HiddenDaemon.in(folder)) {
      ProcessIdentity worker =
          workers.startReady("SCRIPT", "main", daemons.startCommand()).identity().orElseThrow();
      ProcessIdentity daemon = daemons.await(1);
      assertThat(ProcessHandle.of(worker.pid()).orElseThrow().destroyForcibly()).isTrue();
      Eventually.holds("the worker is gone", () -> !HiddenDaemon.isAlive(worker));
      workers.manager.stop("SCRIPT", "main");
      assertThat(HiddenDaemon.isAlive(daemon)).isFalse();
    }
  }

  @Test
  void daemonWithChangedTitleIsGoneAfterStop() throws Exception {
    assumeTrue(Files.isExecutable(Path.of(PERL)), "perl overwrites its environment by $0");
    try (HiddenDaemon daemons = HiddenDaemon.in(folder)) {
      Path program = folder.resolve("daemon.pl");
      Files.writeString(
          program,
          """
          use POSIX; fork and exit; setsid; fork and exit; $0 = "daemon " . "x" x 4000;
          open F, '>>', '%s/daemons'; print F "$$\\n"; close F;
          close STDIN; close STDOUT; close STDERR; sleep 600;
          """
              .formatted(folder));
      workers.startReady("SCRIPT", "main", PERL + " " + program);
      ProcessIdentity daemon = daemons.await(1);
      assertThat(workers.table.environmentVariable(daemon.pid(), "LUHPROC_DIR")).isEmpty();
      workers.manager.stop("SCRIPT", "main");
      assertThat(HiddenDaemon.isAlive(daemon)).isFalse();
    }
  }
}
