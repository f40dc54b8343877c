/**
 * Benchmarks of the library beside those who do the same; start from {@link
 * io.luhproc.bench.Bench}, which runs all of them and prints one table. Whatever is timed against
 * something else is timed in turns, one of each a round, on one thread.
 */
@NullMarked
package io.luhproc.bench;

import org.jspecify.annotations.NullMarked;
