package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessEnd;
import io.luhproc.worker.StopResult;
import io.luhproc.worker.StopResult.Outcome;
import io.luhproc.worker.WorkerInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class WorkerTextTest {
  private static final String HOSTILE = "x\u001b]0;owned\u0007\nstate: running\u202e";

  @Test
  void columnsLineUpAndTheIdComesLast() {
    Screen screen = Screen.file();
    WorkerInfo failed = Workers.ended("b", Workers.failed("java.io.IOException: gone"));
    WorkerText.table(List.of(Workers.running("a"), failed), screen.console(), 60);
    assertThat(screen.out())
        .isEqualTo(
            """
            TASK   STATE      PID   UPTIME  RSS    ID
            INDEX  ready      4242  1h 2m   64MiB  a
            INDEX  ended (1)  -     -       -      b
            """);
  }

  @Test
  void aTableWithoutWorkersIsItsHeader() {
    Screen screen = Screen.file();
    WorkerText.table(List.of(), screen.console(), 60);
    assertThat(screen.out()).isEqualTo("TASK  STATE  PID  UPTIME  RSS  ID\n");
  }

  @Test
  void everyWorkerHasOneLineWhateverItsIdIs() {
    Screen screen = Screen.terminal();
    List<WorkerInfo> workers =
        List.of(
            Workers.running("é".repeat(2048)),
            Workers.running("日".repeat(1365)),
            Workers.running("👩‍💻".repeat(300)),
            Workers.running("שלום עולם"),
            Workers.running(HOSTILE));
    WorkerText.table(workers, screen.console(), 60);
    List<String> lines = screen.out().lines().toList();
    assertThat(lines).hasSize(6);
    for (String line : lines) {
      String plain = line.replace("\u001b[32m", "").replace("\u001b[m", "");
      assertThat(VisibleText.line(plain)).isEqualTo(plain);
      assertThat(VisibleText.columns(plain)).isLessThanOrEqualTo(36 + 60);
    }
  }

  @Test
  void aFileGetsTheWholeId() {
    Screen screen = Screen.file();
    String id = "x".repeat(4096);
    WorkerText.table(List.of(Workers.running(id)), screen.console(), 60);
    assertThat(screen.out()).contains(id);
  }

  @Test
  void aSignalIsNamedWhereItKilledTheWorker() {
    assertThat(stateOf(Workers.killed())).isEqualTo("ended (KILL)");
    assertThat(
            stateOf(
                new ProcessEnd(
                    Workers.STARTED,
                    OptionalInt.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    "nobody saw it")))
        .isEqualTo("ended");
  }

  private static String stateOf(ProcessEnd end) {
    Screen screen = Screen.file();
    WorkerText.table(List.of(Workers.ended("a", end)), screen.console(), 60);
    String row = screen.out().lines().toList().get(1);
    return row.substring("INDEX  ".length(), row.indexOf("  -")).strip();
  }

  @Test
  void infoIsTheTextOfTheWorker() {
    WorkerInfo worker = Workers.running("a");
    assertThat(WorkerText.of(worker)).isEqualTo(worker.toString());
  }

  @Test
  void infoShowsNoControlCharactersAndForgesNoLine() {
    WorkerInfo worker = Workers.ended(HOSTILE, Workers.failed("E: " + HOSTILE));
    String text = WorkerText.of(worker);
    assertThat(VisibleText.lines(text)).isEqualTo(text);
    assertThat(text.lines().filter(line -> line.startsWith("state: ")))
        .containsExactly("state: ended");
  }

  @Test
  void aStopSaysWhatItDid() {
    Duration took = Duration.ofMillis(1_500);
    assertThat(WorkerText.of(new StopResult("T", "a", Outcome.STOPPED, took)))
        .isEqualTo("T a: stopped in 1s");
    assertThat(WorkerText.of(new StopResult("T", "a", Outcome.KILLED, took)))
        .isEqualTo("T a: killed after 1s, as it did not stop when asked to");
    assertThat(WorkerText.of(new StopResult("T", "a", Outcome.NOT_RUNNING, took)))
        .isEqualTo("T a: does not run");
  }
}
