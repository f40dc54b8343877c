package io.luhproc.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link WorkerQueryBenchmark} with JMH. */
final class WorkerQuerySection {
  private static final double MAX_INFO_MILLIS = 0.3;
  private static final double MAX_LIST_MILLIS = 50;

  private WorkerQuerySection() {}

  static List<ResultRow> run(BenchEnvironment environment) throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("\\b" + WorkerQueryBenchmark.class.getSimpleName() + "\\b")
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    List<ResultRow> rows = new ArrayList<>();
    for (RunResult result : results) {
      boolean info = result.getPrimaryResult().getLabel().equals("info");
      double millis = result.getPrimaryResult().getScore();
      double maxMillis = info ? MAX_INFO_MILLIS : MAX_LIST_MILLIS;
      rows.add(
          new ResultRow(
              info ? "`info`, warm, JMH" : "`list` of 1 000 workers that run, warm, JMH",
              Samples.formatMillis(millis),
              "",
              "<= " + Samples.formatMillis(maxMillis),
              millis <= maxMillis));
    }
    return rows;
  }
}
