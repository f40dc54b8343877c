package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.cli.LinePrinter.Style;
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
  private static final Style PLAIN = new Style(Format.TABLE, false, false);
  private static final Style BOTH = new Style(Format.TABLE, true, false);

  @Test
  void textComesAsItIs() {
    assertThat(printed(Screen.file(), PLAIN, out("\u001b[1mbold\u001b[m"), out("")))
        .isEqualTo("\u001b[1mbold\u001b[m\n\n");
  }

  @Test
  void piecesOfALongLineBecomeOneLineAgain() {
    assertThat(printed(Screen.file(), PLAIN, piece("aa"), piece("bb"), out("cc"), out("d")))
        .isEqualTo("aabbcc\nd\n");
  }

  @Test
  void aLineThatNeverEndedIsEnded() {
    assertThat(printed(Screen.file(), PLAIN, piece("aa"))).isEqualTo("aa\n");
  }

  @Test
  void eachLineOfBothStreamsSaysWhichOneItIsOf() {
    assertThat(printed(Screen.file(), BOTH, out("a"), err("b"), piece("c"), piece("d"), err("e")))
        .isEqualTo("out | a\nerr | b\nout | cd\nerr | e\n");
  }

  @Test
  void theNamesOfTheStreamsAreColouredOnATerminal() {
    assertThat(printed(Screen.terminal(), BOTH, out("a"), err("b")))
        .isEqualTo("\u001b[36mout |\u001b[m a\n\u001b[31merr |\u001b[m b\n");
  }

  @Test
  void readingStopsSoonAfterNobodyReadsWhatIsPrinted() {
    try (LinePrinter printer = new LinePrinter(closedConsole(), PLAIN)) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1_000; i++) {
                  printer.onLine(out("a"));
                }
              })
          .isInstanceOf(LinePrinter.NobodyTakes.class);
    }
  }

  @Test
  void followingEndsWhenNobodyReadsWhatIsPrinted() {
    try (LinePrinter printer =
        new LinePrinter(closedConsole(), new Style(Format.TABLE, false, true))) {
      printer.onLine(out("a"));
      Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), printer::awaitEnd);
    }
  }

  @Test
  void followingEndsWhenTheLogDoes() {
    try (LinePrinter printer =
        new LinePrinter(Screen.file().console(), new Style(Format.JSON, false, true))) {
      printer.onEnd();
      Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), printer::awaitEnd);
    }
  }

  private static String printed(Screen screen, Style style, LogLine... lines) {
    try (LinePrinter printer = new LinePrinter(screen.console(), style)) {
      for (LogLine line : lines) {
        printer.onLine(line);
      }
    }
    return screen.out();
  }

  private static Console closedConsole() {
    PrintWriter closed = new PrintWriter(new BrokenPipe());
    return new Console(closed, closed, new Console.Manner(false, false, false));
  }

  private static LogLine out(String text) {
    return new LogLine(LogStream.OUT, Workers.STARTED, text, false);
  }

  private static LogLine err(String text) {
    return new LogLine(LogStream.ERR, Workers.STARTED, text, false);
  }

  private static LogLine piece(String text) {
    return new LogLine(LogStream.OUT, Workers.STARTED, text, true);
  }

  /** A writer whose reader has gone. */
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
