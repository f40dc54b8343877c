package io.luhproc.cli;

import io.luhproc.log.LogLine;
import io.luhproc.log.LogListener;
import io.luhproc.log.LogStream;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Prints the lines of a log until the log ends or stdout is closed. */
final class LinePrinter implements LogListener, AutoCloseable {
  private static final int OUTPUT_CHECK_INTERVAL = 256;
  private static final String RED = "31";
  private static final String CYAN = "36";

  private final Console console;
  private final LineStyle style;
  private final @Nullable WorkerJson json;
  private final CountDownLatch finished = new CountDownLatch(1);
  private int printedLines;
  private @Nullable LogStream unfinishedStream;

  LinePrinter(Console console, LineStyle style) {
    this.console = console;
    this.style = style;
    json = style.format() == WorkerCommand.Format.JSON ? new WorkerJson(console.out()) : null;
  }

  @Override
  public void onLine(LogLine line) {
    if (finished.getCount() == 0) {
      return;
    }
    if (json != null) {
      json.writeLine(line);
    } else {
      print(line);
    }
    printedLines++;
    if (style.follow()) {
      if (console.hasOutputFailed()) {
        finished.countDown();
      }
    } else if (printedLines % OUTPUT_CHECK_INTERVAL == 0 && console.hasOutputFailed()) {
      throw new OutputClosed();
    }
  }

  private void print(LogLine line) {
    boolean continuesLine = unfinishedStream == line.stream();
    if (unfinishedStream != null && !continuesLine) {
      console.out().print('\n');
    }
    if (style.prefixed() && !continuesLine) {
      console.out().print(prefix(line.stream()));
    }
    console.out().print(line.text());
    if (!line.partial()) {
      console.out().print('\n');
    }
    unfinishedStream = line.partial() ? line.stream() : null;
  }

  private String prefix(LogStream stream) {
    return switch (stream) {
      case OUT -> console.colour(CYAN, "out |") + " ";
      case ERR -> console.colour(RED, "err |") + " ";
    };
  }

  @Override
  public void onEnd() {
    finished.countDown();
  }

  /** Waits until the log ends or stdout is closed. */
  void awaitEnd() throws InterruptedException {
    finished.await();
  }

  /** Ends an unfinished line. */
  @Override
  public void close() {
    if (unfinishedStream != null) {
      console.out().print('\n');
    }
    if (json != null) {
      json.close();
    }
  }

  /**
   * How lines are printed.
   *
   * @param format text or JSON
   * @param prefixed whether each line of text begins with the name of its stream
   * @param follow whether each line is flushed at once
   */
  record LineStyle(WorkerCommand.Format format, boolean prefixed, boolean follow) {}

  /** Thrown if stdout is a closed pipe or cannot be written. */
  static final class OutputClosed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
