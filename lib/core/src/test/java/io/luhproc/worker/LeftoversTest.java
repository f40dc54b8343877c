package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code start} of a worker whose JVM has ended and whose children are alive. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class LeftoversTest {
  @TempDir Path work;
  @RegisterExtension final WorkerFixture workers = new WorkerFixture();

  private WorkerInfo startScript(String script) {
    return workers.manager.start(
        "SCRIPT",
        "main",
        workers
            .options()
            .directory(work)
            .argument(script)
            .awaitReady(WorkerFixture.TIMEOUT)
            .build());
  }

  @Test
  void startStopsChildOfKilledWorkerFirst() {
    WorkerInfo first =
        startScript(
            "sh -c 'trap \"echo cleaned > out; exit\" TERM; echo $$ > n; mv n child.pid;"
                + " while :; do sleep 0.02; done' &");
    ProcessIdentity child = workers.awaitPid(work.resolve("child.pid"));
    WorkerFixture.signal(workers.identityOf(first), Signal.KILL);
    workers.awaitEnd("SCRIPT", "main");
    assertThat(workers.isAlive(child)).isTrue();
    WorkerInfo second = startScript(":");
    assertThat(second.launched()).isTrue();
    assertThat(workers.isAlive(child)).isFalse();
    assertThat(work.resolve("out")).as("child had the grace period").hasContent("cleaned");
    assertThat(workers.markedProcesses())
        .extracting(ProcessStat::pid)
        .containsExactly(workers.identityOf(second).pid());
  }

  @Test
  void startStopsDaemonOfEndedWorkerFirst() {
    WorkerInfo first = startScript("(setsid sh -c 'echo $$ > n; mv n d.pid; exec sleep 300' &)");
    ProcessIdentity daemon = workers.awaitPid(work.resolve("d.pid"));
    WorkerFixture.signal(workers.identityOf(first), Signal.INT);
    WorkerFixture.signal(workers.identityOf(first), Signal.TERM);
    Eventually.holds("the worker has ended", () -> !workers.isAlive(workers.identityOf(first)));
    assertThat(workers.isAlive(daemon)).isTrue();
    assertThat(startScript(":").launched()).isTrue();
    assertThat(workers.isAlive(daemon)).isFalse();
  }
}
