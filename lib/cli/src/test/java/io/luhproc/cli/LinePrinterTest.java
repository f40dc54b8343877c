package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.cli.LinePrinter.LineStyle;
import io.luhproc.cli.WorkerCommand.Format;
import io.luhproc.log.LogLine;
import io.luhproc.log.LogStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

final class LinePrinterTest {
  private static final LineStyle PLAIN = new LineStyle(Format.TABLE, false, false);
  private static final LineStyle BOTH = new LineStyle(Format.TABLE, true, false);

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
  void printingFailsWhenOutputIsClosed() {
    try (LinePrinter printer = new LinePrinter(closedConsole(), PLAIN)) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  printer.onLine(out("a"));
                }
              })
          .isInstanceOf(LinePrinter.OutputClosed.class);
    }
  }

  @Test
  void followEndsWhenOutputIsClosed() {
    try (LinePrinter printer =
        new LinePrinter(closedConsole(), new LineStyle(Format.TABLE, false, true))) {
      printer.onLine(out("a"));
      Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), printer::awaitEnd);
    }
  }

  @Test
  void followEndsWhenLogEnds() {
    try (LinePrinter printer =
        new LinePrinter(
            CapturedConsole.forFile().console(), new LineStyle(Format.JSON, false, true))) {
      printer.onEnd();
      Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), printer::awaitEnd);
    }
  }

  private static String printed(CapturedConsole screen, LineStyle style, LogLine... lines) {
    try (LinePrinter printer = new LinePrinter(screen.console(), style)) {
      for (LogLine line : lines) {
        printer.onLine(line);
      }
    }
    return screen.out();
  }

  private static Console closedConsole() {
    PrintWriter closed = new PrintWriter(new BrokenPipe());
    return new Console(closed, closed, new Console.Style(false, false, false));
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
