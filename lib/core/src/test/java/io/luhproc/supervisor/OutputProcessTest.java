package io.luhproc.supervisor;

import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogLine;
import io.luhproc.log.LogStream;
import io.luhproc.log.LogSubscription;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.OutputMode;
import io.luhproc.process.ProcessInfo;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Logs and process information of services. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class OutputProcessTest {
  private static final String PRINTS_LINES = "echo one; echo bad >&2; echo two; exec sleep 60";

  @TempDir private Path folder;
  private Supervisor supervisor;

  @BeforeEach
  void start() {
    supervisor =
        Supervisor.builder().directory(folder.resolve("services")).withoutCgroups().build();
  }

  @AfterEach
  void stop() {
    supervisor.close();
  }

  private ProcessLog startAndReadLog(ProcessSpec.Builder process) throws Exception {
    supervisor.add(ServiceSpec.named("shop").process(process).build());
    ServiceStatus ignored = supervisor.start("shop").get(30, SECONDS);
    return supervisor.output("shop", "web");
  }

  @Test
  void linesAreReadWithTheirTimeAndStream() throws Exception {
    Instant before = Instant.now().minusSeconds(2);
    ProcessLog log = startAndReadLog(ProcessSpec.shell("web", PRINTS_LINES));
    assertThat(log.snapshot()).isEqualTo("one\ntwo\n");
    assertThat(log.err().snapshot()).isEqualTo("bad\n");
    List<LogLine> lines = log.tail(2);
    assertThat(lines).extracting(LogLine::text).containsExactly("one", "two");
    assertThat(lines).extracting(LogLine::stream).containsOnly(LogStream.OUT);
    assertThat(lines).allMatch(it -> it.time().isAfter(before));
    assertThat(log.err().tail(9)).extracting(LogLine::stream).containsExactly(LogStream.ERR);
  }

  @Test
  void mergedStreamsKeepTheirOrder() throws Exception {
    ProcessLog log =
        startAndReadLog(ProcessSpec.shell("web", PRINTS_LINES).output(OutputMode.MERGED));
    assertThat(log.snapshot()).isEqualTo("one\nbad\ntwo\n");
    assertThat(log.tail(2)).extracting(LogLine::text).containsExactly("bad", "two");
    assertThat(log.err().snapshot()).isEmpty();
  }

  @Test
  void followReceivesEveryLineAcrossRestart() throws Exception {
    Queue<String> received = new ConcurrentLinkedQueue<>();
    ProcessLog log = startAndReadLog(ProcessSpec.shell("web", "echo run; exec sleep 60"));
    try (LogSubscription follow = log.followFromTail(1, line -> received.add(line.text()))) {
      assertThat(follow).isNotNull();
      Eventually.holds("the last line is delivered", () -> received.size() == 1);
      supervisor.restart("shop").get(30, SECONDS);
      Eventually.holds("the line of the next process is delivered", () -> received.size() == 2);
    }
    assertThat(received).containsExactly("run", "run");
    assertThat(log.snapshot()).isEqualTo("run\nrun\n");
  }

  @Test
  void outputIsReadableAfterExit() throws Exception {
    ProcessLog log = startAndReadLog(ProcessSpec.shell("web", "echo bye").oneshot());
    supervisor.await("shop", ProcessState.EXITED, ofSeconds(20)).get();
    assertThat(log.snapshot()).isEqualTo("bye\n");
  }

  @Test
  void infoIsPresentOnlyForRunningProcess() throws Exception {
    supervisor.add(
        ServiceSpec.named("shop")
            .directory(folder)
            .process(ProcessSpec.command("web", "sleep", "61"))
            .build());
    assertThat(supervisor.info("shop", "web")).isEmpty();
    ServiceStatus up = supervisor.start("shop").get(30, SECONDS);
    ProcessInfo info = supervisor.info("shop", "web").orElseThrow();
    assertThat(info.identity()).isEqualTo(up.process("web").identity());
    assertThat(info.commandLine()).containsExactly("sleep", "61");
    assertThat(info.rssBytes().orElse(0)).isPositive();
    assertThat(info.threadCount()).hasValue(1);
    assertThat(info.stat().parentPid()).isEqualTo(ProcessHandle.current().pid());
    ServiceStatus ignored = supervisor.stop("shop").get(30, SECONDS);
    assertThat(supervisor.info("shop", "web")).isEmpty();
  }
}
