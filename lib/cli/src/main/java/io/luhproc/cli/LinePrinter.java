package io.luhproc.cli;

import io.luhproc.log.LogLine;
import io.luhproc.log.LogListener;
import io.luhproc.log.LogStream;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Prints the lines of a log, and knows when there is no point in going on. */
final class LinePrinter implements LogListener, AutoCloseable {
  private static final int LINES_BETWEEN_CHECKS = 256;
  private static final String RED = "31";
  private static final String CYAN = "36";

  private final Console console;
  private final Style style;
  private final @Nullable WorkerJson json;
  private final CountDownLatch end = new CountDownLatch(1);
  private int lines;
  private @Nullable LogStream unfinished;

  LinePrinter(Console console, Style style) {
    this.console = console;
    this.style = style;
    json = style.format() == WorkerCommand.Format.JSON ? new WorkerJson(console.out()) : null;
  }

  @Override
  public void onLine(LogLine line) {
    if (end.getCount() == 0) {
      return;
    }
    if (json != null) {
      json.line(line);
    } else {
      print(line);
    }
    lines++;
    if (style.following()) {
      if (console.isBroken()) {
        end.countDown();
      }
    } else if (lines % LINES_BETWEEN_CHECKS == 0 && console.isBroken()) {
      throw new NobodyTakes();
    }
  }

  private void print(LogLine line) {
    boolean continues = unfinished == line.stream();
    if (unfinished != null && !continues) {
      console.out().print('\n');
    }
    if (style.prefixed() && !continues) {
      console.out().print(prefix(line.stream()));
    }
    console.out().print(line.text());
    if (!line.partial()) {
      console.out().print('\n');
    }
    unfinished = line.partial() ? line.stream() : null;
  }

  private String prefix(LogStream stream) {
    return switch (stream) {
      case OUT -> console.colour(CYAN, "out |") + " ";
      case ERR -> console.colour(RED, "err |") + " ";
    };
  }

  @Override
  public void onEnd() {
    end.countDown();
  }

  /** Waits until the log has ended or nobody takes what is printed. */
  void awaitEnd() throws InterruptedException {
    end.await();
  }

  /** Ends a line that was left without its end. */
  @Override
  public void close() {
    if (unfinished != null) {
      console.out().print('\n');
    }
    if (json != null) {
      json.close();
    }
  }

  /**
   * How lines are printed.
   *
   * @param format as text or as JSON
   * @param prefixed whether each line of text says which stream it is of
   * @param following whether each line is to be seen at once
   */
  record Style(WorkerCommand.Format format, boolean prefixed, boolean following) {}

  /** Whoever read our stdout has gone, or the file that it is takes no more. */
  static final class NobodyTakes extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
