/**
 * Benchmarks of the library, compared with other libraries; start from {@link
 * io.luhproc.bench.Bench}, which runs them and prints one table.
 *
 * <p>A {@code *Section} measures one topic, a {@code *Main} is a program that a section launches, a
 * {@code *Benchmark} is run by JMH. Compared measurements run in turns on one thread.
 */
@NullMarked
package io.luhproc.bench;

import org.jspecify.annotations.NullMarked;
