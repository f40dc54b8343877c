/**
 * Reads and follows the output of a process. Start from {@link io.luhproc.log.ProcessLog}.
 *
 * <pre>{@code
 * ProcessLog log = pm.logs("INDEXER", "main");
 * List<LogLine> last = log.tail(20);
 * try (LogSubscription subscription = log.err().follow(line -> System.out.println(line.text()))) {
 *   ...
 * }
 * }</pre>
 *
 * <p>{@link io.luhproc.log.LogCursor} continues at a saved position.
 *
 * <p>The process writes to its log files directly; this package never stands between the two.
 * {@link io.luhproc.log.LogPolicy} says how much is kept.
 *
 * <p>Threading: a {@code ProcessLog} is immutable and may be used by any number of threads and
 * processes at once. Each {@link io.luhproc.log.LogSubscription} has one daemon thread, which calls
 * the listener. The {@link io.luhproc.log.LogFollower followers} of a log that {@link
 * io.luhproc.log.SharedTailers} opened share one, and have none of their own.
 */
@NullMarked
package io.luhproc.log;

import org.jspecify.annotations.NullMarked;
