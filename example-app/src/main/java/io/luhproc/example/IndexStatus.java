package io.luhproc.example;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How far an indexer is, at one moment.
 *
 * @param folder the folder it indexes
 * @param pid the process it runs in
 * @param phase what it does
 * @param started when it was started
 * @param updated when this was written
 * @param indexingTime how long it took to go through the folder, or takes already
 * @param filesPerSecond how many files it reads in a second while it goes through the folder
 * @param files how many files can be searched after the next commit
 * @param directories how many directories are watched
 * @param counts what it has counted; what is missing is 0
 * @param lastError what last went wrong
 */
record IndexStatus(
    Path folder,
    long pid,
    Phase phase,
    Instant started,
    Instant updated,
    Duration indexingTime,
    long filesPerSecond,
    long files,
    long directories,
    Map<Counter, Long> counts,
    Optional<String> lastError) {

  /** Copies the counts. */
  IndexStatus {
    counts = Map.copyOf(counts);
  }

  /** Returns one of the counts. */
  long count(Counter count) {
    return counts.getOrDefault(count, 0L);
  }

  /** Returns how far it is, in one line. */
  String progressLine() {
    return String.format(
        Locale.ROOT,
        "%s: %d files seen, %d read in %.1f s (%d/s, %.1f MB), %d unchanged, %d binary,"
            + " %d too large, %d failed, %d removed",
        phase.key(),
        count(Counter.SEEN),
        count(Counter.READ),
        indexingTime.toMillis() / 1e3,
        filesPerSecond,
        count(Counter.BYTES) / 1e6,
        count(Counter.UNCHANGED),
        count(Counter.BINARY),
        count(Counter.LARGE),
        count(Counter.FAILED),
        count(Counter.REMOVED));
  }
}
