package io.luhproc.bench;

import java.util.List;

/** A group of measurements. */
@FunctionalInterface
interface Section {
  /** Runs the measurements and returns the rows of the table. */
  List<ResultRow> run(BenchEnvironment environment) throws Exception;
}
