package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.text.TerminalText;
import io.luhproc.process.ProcessEnd;
import io.luhproc.worker.StopResult;
import io.luhproc.worker.StopResult.Outcome;
import io.luhproc.worker.WorkerInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class WorkerFormatterTest {
  private static final String HOSTILE = "x\u001b]0;owned\u0007\nstate: running\u202e";

  @Test
  void columnsAreAlignedAndIdIsLast() {
    CapturedConsole screen = CapturedConsole.forFile();
    WorkerInfo failed =
        WorkerFixtures.ended("b", WorkerFixtures.failed("java.io.IOException: gone"));
    WorkerFormatter.printTable(List.of(WorkerFixtures.running("a"), failed), screen.console(), 80);
    assertThat(screen.out())
        .isEqualTo(
            """
            TASK   STATE      PID   UPTIME  RSS    ID
            INDEX  ready      4242  1h 2m   64MiB  a
            INDEX  ended (1)  -     -       -      b
            """);
  }

  @Test
  void tableIsOnlyTheHeaderWhenThereAreNoWorkers() {
    CapturedConsole screen = CapturedConsole.forFile();
    WorkerFormatter.printTable(List.of(), screen.console(), 80);
    assertThat(screen.out()).isEqualTo("TASK  STATE  PID  UPTIME  RSS  ID\n");
  }

  @Test
  void eachWorkerTakesOneLineWhenIdsAreLongOrHostile() {
    CapturedConsole screen = CapturedConsole.forTerminal();
    List<WorkerInfo> workers =
        List.of(
            WorkerFixtures.running("é".repeat(2048)),
            WorkerFixtures.running("日".repeat(1365)),
            WorkerFixtures.running("👩‍💻".repeat(300)),
            WorkerFixtures.running("שלום עולם"),
            WorkerFixtures.running(HOSTILE));
    WorkerFormatter.printTable(workers, screen.console(), 80);
    List<String> lines = screen.out().lines().toList();
    assertThat(lines).hasSize(6);
    for (String line : lines) {
      String plain = line.replace("\u001b[32m", "").replace("\u001b[m", "");
      assertThat(TerminalText.escapeToLine(plain)).isEqualTo(plain);
      assertThat(TerminalText.displayWidth(plain)).isLessThanOrEqualTo(80);
    }
  }

  @Test
  void idIsNotTruncatedWhenWidthIsUnlimited() {
    CapturedConsole screen = CapturedConsole.forFile();
    String id = "x".repeat(4096);
    WorkerFormatter.printTable(
        List.of(WorkerFixtures.running(id)), screen.console(), Integer.MAX_VALUE);
    assertThat(screen.out()).contains(id);
  }

  @Test
  void stateNamesTheSignalWhenWorkerWasKilled() {
    assertThat(stateOf(WorkerFixtures.killed())).isEqualTo("ended (KILL)");
    assertThat(
            stateOf(
                new ProcessEnd(
                    WorkerFixtures.STARTED,
                    OptionalInt.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    "unknown")))
        .isEqualTo("ended");
  }

  private static String stateOf(ProcessEnd end) {
    CapturedConsole screen = CapturedConsole.forFile();
    WorkerFormatter.printTable(List.of(WorkerFixtures.ended("a", end)), screen.console(), 80);
    String row = screen.out().lines().toList().get(1);
    return row.substring("INDEX  ".length(), row.indexOf("  -")).strip();
  }

  @Test
  void infoEqualsWorkerInfoToString() {
    WorkerInfo worker = WorkerFixtures.running("a");
    assertThat(WorkerFormatter.format(worker)).isEqualTo(worker.toString());
  }

  @Test
  void infoEscapesControlCharactersAndLineFeeds() {
    WorkerInfo worker = WorkerFixtures.ended(HOSTILE, WorkerFixtures.failed("E: " + HOSTILE));
    String text = WorkerFormatter.format(worker);
    assertThat(TerminalText.escapeKeepingLines(text)).isEqualTo(text);
    assertThat(text.lines().filter(line -> line.startsWith("state: ")))
        .containsExactly("state: ended");
  }

  @Test
  void stopResultIsFormattedWithOutcomeAndDuration() {
    Duration took = Duration.ofMillis(1_500);
    assertThat(
            WorkerFormatter.format(
                new StopResult("T", "a", Outcome.STOPPED, took, Optional.empty())))
        .isEqualTo("T/a: stopped in 1s");
    assertThat(
            WorkerFormatter.format(
                new StopResult("T", "a", Outcome.KILLED, took, Optional.empty())))
        .isEqualTo("T/a: killed after 1s because it did not stop in time");
    assertThat(
            WorkerFormatter.format(
                new StopResult("T", "a", Outcome.NOT_RUNNING, took, Optional.empty())))
        .isEqualTo("T/a: not running");
  }
}
