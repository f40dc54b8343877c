package io.luhproc.example;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Progress of an indexer at one moment.
 *
 * @param folder the indexed folder
 * @param pid the process of the indexer
 * @param phase the current phase
 * @param started time of the start
 * @param updated time of this status
 * @param indexingTime duration of the first crawl, so far or in all
 * @param filesPerSecond files read per second in the first crawl
 * @param files number of files in the index, as of the last commit
 * @param directories number of watched directories
 * @param counts the counters; a missing one is 0
 * @param lastError message of the last failure
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

  /** Returns the value of a counter. */
  long count(Counter counter) {
    return counts.getOrDefault(counter, 0L);
  }

  /** Returns the phase and the counters as one line of text. */
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
