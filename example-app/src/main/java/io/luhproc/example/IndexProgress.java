package io.luhproc.example;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the work of an indexer and reports it. Used only by the thread of the indexer.
 *
 * <p>The status file is written at most once a second. A line on stdout is printed at most every
 * two seconds during a crawl.
 */
final class IndexProgress {
  private static final Logger LOG = LoggerFactory.getLogger(IndexProgress.class);
  private static final Duration STATUS_PERIOD = Duration.ofSeconds(1);
  private static final Duration LINE_PERIOD = Duration.ofSeconds(2);

  private final IndexLocation location;
  private final Clock clock;
  private final PrintStream out;
  private final Instant started;
  private final Map<Counter, Long> counts = new EnumMap<>(Counter.class);

  private Phase phase = Phase.INDEXING;
  private Instant lastStatusWrite = Instant.MIN;
  private Instant lastLinePrint;
  private Duration indexingTime = Duration.ZERO;
  private long filesPerSecond;
  private long files;
  private long directories;
  private Optional<String> lastError = Optional.empty();

  IndexProgress(IndexLocation location, Clock clock, PrintStream out) {
    this.location = location;
    this.clock = clock;
    this.out = out;
    this.started = clock.instant();
    this.lastLinePrint = started;
  }

  /** Adds to a counter. */
  void increment(Counter counter, long n) {
    counts.merge(counter, n, Long::sum);
  }

  /** Counts and logs a file or directory that could not be read. */
  void recordFailure(Path path, String cause) {
    increment(Counter.FAILED, 1);
    lastError = Optional.of("cannot read " + path + ": " + cause);
    LOG.warn("cannot read {}: {}", path, cause);
  }

  /** Sets the number of indexed files and of watched directories. */
  void setSizes(long files, long directories) {
    this.files = files;
    this.directories = directories;
  }

  /** Enters a phase and reports it. */
  void enterPhase(Phase next) {
    measureIndexing();
    phase = next;
    printLine();
    writeStatus();
  }

  /** Enters the failed phase with the message of a failure. */
  void fail(Throwable cause) {
    lastError = Optional.of(String.valueOf(cause.getMessage()));
    enterPhase(Phase.FAILED);
  }

  /** Reports if the last report is old enough; cheap enough to call for each file. */
  void reportIfDue() {
    measureIndexing();
    if (isDue(STATUS_PERIOD, lastStatusWrite)) {
      writeStatus();
    }
    if (phase == Phase.INDEXING && isDue(LINE_PERIOD, lastLinePrint)) {
      printLine();
    }
  }

  /** Reports the number of paths in a burst of changes. */
  void reportChanges(int paths) {
    out.println(clock.instant() + " " + paths + " changed, now " + files + " files");
    writeStatus();
  }

  private void measureIndexing() {
    if (phase == Phase.INDEXING) {
      indexingTime = Duration.between(started, clock.instant());
      long read = counts.getOrDefault(Counter.READ, 0L);
      filesPerSecond = Math.round(read * 1000.0 / Math.max(1, indexingTime.toMillis()));
    }
  }

  private boolean isDue(Duration period, Instant since) {
    return since.equals(Instant.MIN) || !clock.instant().isBefore(since.plus(period));
  }

  private void printLine() {
    lastLinePrint = clock.instant();
    out.println(lastLinePrint + " " + status().progressLine());
  }

  private IndexStatus status() {
    return new IndexStatus(
        location.folder(),
        ProcessHandle.current().pid(),
        phase,
        started,
        clock.instant(),
        indexingTime,
        filesPerSecond,
        files,
        directories,
        counts,
        lastError);
  }

  private void writeStatus() {
    lastStatusWrite = clock.instant();
    try {
      location.statusFile().write(status());
    } catch (IOException e) {
      LOG.warn("cannot write {}: {}", location.statusFile().path(), e.toString());
    }
  }
}
