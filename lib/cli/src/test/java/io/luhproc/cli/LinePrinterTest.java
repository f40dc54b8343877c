package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.cli.LinePrinter.LineStyle;
import io.luhproc.cli.WorkerCommand.Format;
import io.luhproc.log.LogLine;
import io.luhproc.log.LogListener;
import io.luhproc.log.LogStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class LinePrinterTest {
  private static final WorkerRef A = new WorkerRef("T", "a");
  private static final WorkerRef B = new WorkerRef("T", "b");
  private static final LineStyle PLAIN = new LineStyle(Format.TABLE, false, false, false, false);
  private static final LineStyle BOTH = new LineStyle(Format.TABLE, false, true, false, false);

  @Test
  void textIsPrintedUnchangedWhenItHasControlCharacters() {
    assertThat(printed(CapturedConsole.forFile(), PLAIN, out("\u001b[1mbold\u001b[m"), out("")))
        .isEqualTo("\u001b[1mbold\u001b[m\n\n");
  }

  @Test
  void partialLinesAreJoined() {
    assertThat(
            printed(
                CapturedConsole.forFile(),
                PLAIN,
                partial("aa"),
                partial("bb"),
                out("cc"),
                out("d")))
        .isEqualTo("aabbcc\nd\n");
  }

  @Test
  void newlineIsAddedWhenLastLineIsPartial() {
    assertThat(printed(CapturedConsole.forFile(), PLAIN, partial("aa"))).isEqualTo("aa\n");
  }

  @Test
  void linesHaveStreamPrefixWhenBothStreamsArePrinted() {
    assertThat(
            printed(
                CapturedConsole.forFile(),
                BOTH,
                out("a"),
                err("b"),
                partial("c"),
                partial("d"),
                err("e")))
        .isEqualTo("out | a\nerr | b\nout | cd\nerr | e\n");
  }

  @Test
  void streamPrefixIsColouredOnTerminal() {
    assertThat(printed(CapturedConsole.forTerminal(), BOTH, out("a"), err("b")))
        .isEqualTo("\u001b[36mout |\u001b[m a\n\u001b[31merr |\u001b[m b\n");
  }

  @Test
  void linesBeginWithWorkerStreamAndTimeWhenSelected() {
    CapturedConsole screen = CapturedConsole.forFile();
    LineStyle style = new LineStyle(Format.TABLE, true, true, true, false);
    try (LinePrinter printer = new LinePrinter(screen.console(), style, LogRange.ALL, 2)) {
      printer.of(A).onLine(out("x"));
      printer.of(B).onLine(err("y"));
    }
    assertThat(screen.out())
        .isEqualTo("T/a out | 2026-01-31T12:00:00.000Z x\nT/b err | 2026-01-31T12:00:00.000Z y\n");
  }

  @Test
  void unfinishedLinesOfSeveralLogsAreNotMixed() {
    CapturedConsole screen = CapturedConsole.forFile();
    LineStyle style = new LineStyle(Format.TABLE, true, false, false, false);
    try (LinePrinter printer = new LinePrinter(screen.console(), style, LogRange.ALL, 2)) {
      printer.of(A).onLine(partial("x"));
      printer.of(B).onLine(partial("y"));
    }
    assertThat(screen.out()).isEqualTo("T/a | x\nT/b | y\n");
  }

  @Test
  void onlyLinesOfTheRangeArePrinted() {
    Instant time = WorkerFixtures.STARTED;
    assertThat(printed(new LogRange(9, null, time.minusNanos(1)))).isEmpty();
    assertThat(printed(new LogRange(9, null, time))).isEqualTo("x\n");
    assertThat(printed(new LogRange(9, time.plusSeconds(1), null))).isEqualTo("x\n");
    assertThat(printed(new LogRange(9, time.plusSeconds(2), null))).isEmpty();
  }

  private static String printed(LogRange range) {
    CapturedConsole screen = CapturedConsole.forFile();
    try (LinePrinter printer = new LinePrinter(screen.console(), PLAIN, range, 1)) {
      printer.of(A).onLine(out("x"));
    }
    return screen.out();
  }

  @Test
  void printingFailsWhenOutputIsClosed() {
    try (LinePrinter printer = new LinePrinter(closedConsole(), PLAIN, LogRange.ALL, 1)) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  printer.of(A).onLine(out("a"));
                }
              })
          .isInstanceOf(LinePrinter.OutputClosed.class);
    }
  }

  @Test
  void followEndsWhenOutputIsClosed() throws InterruptedException {
    try (LinePrinter printer =
        new LinePrinter(
            closedConsole(),
            new LineStyle(Format.TABLE, false, false, false, true),
            LogRange.ALL,
            1)) {
      printer.of(A).onLine(out("a"));
      assertThat(printer.awaitEnd(Duration.ofSeconds(10))).isTrue();
    }
  }

  @Test
  void followEndsWhenAllLogsEnd() throws InterruptedException {
    try (LinePrinter printer =
        new LinePrinter(
            CapturedConsole.forFile().console(),
            new LineStyle(Format.JSON, false, false, false, true),
            LogRange.ALL,
            2)) {
      printer.of(A).onEnd();
      assertThat(printer.awaitEnd(Duration.ZERO)).isFalse();
      printer.of(B).onEnd();
      assertThat(printer.awaitEnd(Duration.ZERO)).isTrue();
    }
  }

  private static String printed(CapturedConsole screen, LineStyle style, LogLine... lines) {
    try (LinePrinter printer = new LinePrinter(screen.console(), style, LogRange.ALL, 1)) {
      LogListener listener = printer.of(A);
      for (LogLine line : lines) {
        listener.onLine(line);
      }
    }
    return screen.out();
  }

  private static Console closedConsole() {
    PrintWriter closed = new PrintWriter(new BrokenPipe());
    return new Console("tiny", closed, closed, new Console.Style(false, false, false));
  }

  private static LogLine out(String text) {
    return new LogLine(LogStream.OUT, WorkerFixtures.STARTED, text, false);
  }

  private static LogLine err(String text) {
    return new LogLine(LogStream.ERR, WorkerFixtures.STARTED, text, false);
  }

  private static LogLine partial(String text) {
    return new LogLine(LogStream.OUT, WorkerFixtures.STARTED, text, true);
  }

  /** A writer that fails as a pipe without a reader does. */
  private static final class BrokenPipe extends Writer {
    @Override
    public void write(char[] buffer, int from, int length) throws IOException {
      throw new IOException("Broken pipe");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
