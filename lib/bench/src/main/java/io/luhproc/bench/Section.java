package io.luhproc.bench;

import java.util.List;

/** One group of measurements. */
@FunctionalInterface
interface Section {
  /** Measures, and returns the lines of the table. */
  List<ResultRow> run(BenchEnvironment environment) throws Exception;
}
