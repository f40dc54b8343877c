package io.luhproc.cli;

import io.luhproc.log.LogLine;
import io.luhproc.log.LogListener;
import io.luhproc.log.LogStream;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Prints the lines of logs until all logs end or stdout is closed. */
final class LinePrinter implements AutoCloseable {
  private static final int OUTPUT_CHECK_INTERVAL = 256;
  private static final String RED = "31";
  private static final String CYAN = "36";

  private final Console console;
  private final LineStyle style;
  private final LogRange range;
  private final @Nullable WorkerJson json;
  private final @Nullable DateTimeFormatter timeFormat;
  private final CountDownLatch finished = new CountDownLatch(1);

  // Guarded by this: each subscription has its own thread.
  private int openLogs;
  private long printedLines;
  private @Nullable Log unfinished;
  private @Nullable LogStream unfinishedStream;

  /**
   * Creates a printer.
   *
   * @param range the lines to print, whose number is not checked
   * @param logs number of logs that {@link #awaitEnd} waits for
   */
  LinePrinter(Console console, LineStyle style, LogRange range, int logs) {
    this.console = console;
    this.style = style;
    this.range = range;
    this.openLogs = logs;
    json = style.format() == WorkerCommand.Format.JSON ? new WorkerJson(console.out()) : null;
    timeFormat =
        style.timed()
            ? DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
            : null;
    if (logs == 0) {
      finished.countDown();
    }
  }

  /** Returns the listener that prints the log of a worker. */
  LogListener of(WorkerRef worker) {
    return new Log(worker);
  }

  private synchronized void print(Log log, LogLine line) {
    if (finished.getCount() == 0 || !range.contains(line)) {
      return;
    }
    if (json != null) {
      json.writeLine(line, log.worker);
    } else {
      printText(log, line);
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

  private void printText(Log log, LogLine line) {
    boolean continuesLine = unfinished == log && unfinishedStream == line.stream();
    if (unfinished != null && !continuesLine) {
      console.out().print('\n');
    }
    if (!continuesLine) {
      console.out().print(prefix(log, line));
    }
    console.out().print(line.text());
    if (!line.partial()) {
      console.out().print('\n');
    }
    unfinished = line.partial() ? log : null;
    unfinishedStream = line.stream();
  }

  private String prefix(Log log, LogLine line) {
    String source = style.named() ? log.worker.escaped() + " " : "";
    if (style.prefixed()) {
      source += line.stream() == LogStream.OUT ? "out " : "err ";
    }
    String prefix =
        source.isEmpty()
            ? ""
            : console.colour(line.stream() == LogStream.OUT ? CYAN : RED, source + "|") + " ";
    return timeFormat == null ? prefix : prefix + timeFormat.format(line.time()) + " ";
  }

  private synchronized void end() {
    openLogs--;
    if (openLogs == 0) {
      finished.countDown();
    }
  }

  /** Returns how many lines were printed. */
  synchronized long printedLines() {
    return printedLines;
  }

  /** Waits until all logs end or stdout is closed, and returns whether they did in time. */
  boolean awaitEnd(Duration timeout) throws InterruptedException {
    return finished.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends an unfinished line. */
  @Override
  public synchronized void close() {
    if (unfinished != null) {
      console.out().print('\n');
    }
    if (json != null) {
      json.close();
    }
  }

  /** The log of one worker. */
  private final class Log implements LogListener {
    private final WorkerRef worker;

    Log(WorkerRef worker) {
      this.worker = worker;
    }

    @Override
    public void onLine(LogLine line) {
      print(this, line);
    }

    @Override
    public void onEnd() {
      end();
    }
  }

  /**
   * How lines are printed.
   *
   * @param format text or JSON
   * @param named whether each line of text begins with the name of its worker
   * @param prefixed whether each line of text begins with the name of its stream
   * @param timed whether each line of text begins with its time
   * @param follow whether each line is flushed at once
   */
  record LineStyle(
      WorkerCommand.Format format,
      boolean named,
      boolean prefixed,
      boolean timed,
      boolean follow) {}

  /** Thrown if stdout is a closed pipe or cannot be written. */
  static final class OutputClosed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
