package io.luhproc.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link Inspection} by JMH. */
final class Inspections {
  private static final double MOST_INFO = 0.3;
  private static final double MOST_LIST = 50;

  private Inspections() {}

  static List<Row> run(Setting setting) throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include("\\b" + Inspection.class.getSimpleName() + "\\b")
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    List<Row> rows = new ArrayList<>();
    for (RunResult result : results) {
      boolean info = result.getPrimaryResult().getLabel().equals("info");
      double millis = result.getPrimaryResult().getScore();
      double most = info ? MOST_INFO : MOST_LIST;
      rows.add(
          new Row(
              info ? "`info`, warm, JMH" : "`list` of 1 000 workers that run, warm, JMH",
              Samples.text(millis),
              "",
              "<= " + Samples.text(most),
              millis <= most));
    }
    return rows;
  }
}
