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
 * Counts what an indexer does and tells it: in its status file at most once a second, on its stdout
 * at most every two seconds while it goes through the folder. Used by the indexer's thread only.
 */
final class Progress {
  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
  private static final Duration STATUS_PERIOD = Duration.ofSeconds(1);
  private static final Duration LINE_PERIOD = Duration.ofSeconds(2);

  private final IndexPlace place;
  private final Clock clock;
  private final PrintStream out;
  private final Instant started;
  private final Map<Count, Long> counts = new EnumMap<>(Count.class);

  private Phase phase = Phase.INDEXING;
  private Instant statusWritten = Instant.MIN;
  private Instant linePrinted;
  private Duration indexing = Duration.ZERO;
  private long filesPerSecond;
  private long files;
  private long directories;
  private Optional<String> lastError = Optional.empty();

  Progress(IndexPlace place, Clock clock, PrintStream out) {
    this.place = place;
    this.clock = clock;
    this.out = out;
    this.started = clock.instant();
    this.linePrinted = started;
  }

  /** Counts. */
  void add(Count count, long n) {
    counts.merge(count, n, Long::sum);
  }

  /** Counts and reports something that could not be read; the rest goes on. */
  void failed(Path path, String why) {
    add(Count.FAILED, 1);
    lastError = Optional.of("cannot read " + path + ": " + why);
    LOG.warn("cannot read {}: {}", path, why);
  }

  /** Notes how many files are in the index, and how many directories are watched. */
  void size(long files, long directories) {
    this.files = files;
    this.directories = directories;
  }

  /** Begins another phase, and says so. */
  void enter(Phase next) {
    measureIndexing();
    phase = next;
    line();
    writeStatus();
  }

  /** Gives up for a reason. */
  void giveUp(Throwable why) {
    lastError = Optional.of(String.valueOf(why.getMessage()));
    enter(Phase.FAILED);
  }

  /** Tells how far it is, where it is time to; called as often as one likes. */
  void tick() {
    measureIndexing();
    if (isOver(STATUS_PERIOD, statusWritten)) {
      writeStatus();
    }
    if (phase == Phase.INDEXING && isOver(LINE_PERIOD, linePrinted)) {
      line();
    }
  }

  /** Tells what a batch of changes came to. */
  void changed(int paths) {
    out.println(clock.instant() + " " + paths + " changed, now " + files + " files");
    writeStatus();
  }

  private void measureIndexing() {
    if (phase == Phase.INDEXING) {
      indexing = Duration.between(started, clock.instant());
      long read = counts.getOrDefault(Count.READ, 0L);
      filesPerSecond = Math.round(read * 1000.0 / Math.max(1, indexing.toMillis()));
    }
  }

  private boolean isOver(Duration period, Instant since) {
    return since.equals(Instant.MIN) || !clock.instant().isBefore(since.plus(period));
  }

  private void line() {
    linePrinted = clock.instant();
    out.println(linePrinted + " " + status().progress());
  }

  private IndexStatus status() {
    return new IndexStatus(
        place.folder(),
        ProcessHandle.current().pid(),
        phase,
        started,
        clock.instant(),
        indexing,
        filesPerSecond,
        files,
        directories,
        counts,
        lastError);
  }

  private void writeStatus() {
    statusWritten = clock.instant();
    try {
      place.statusFile().write(status());
    } catch (IOException e) {
      LOG.warn("cannot write {}: {}", place.statusFile().path(), e.toString());
    }
  }
}
