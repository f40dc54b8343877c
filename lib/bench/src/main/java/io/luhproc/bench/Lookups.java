package io.luhproc.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link Lookup} by JMH. */
final class Lookups {
  private static final double MOST_LOOKUP = 0.1;
  private static final double MOST_INFO = 50;

  private Lookups() {}

  static List<Row> run(Setting setting) throws RunnerException {
    Map<String, Double> micros = new LinkedHashMap<>();
    OptionsBuilder options = new OptionsBuilder();
    options.include("\\b" + Lookup.class.getSimpleName() + "\\b").verbosity(VerboseMode.SILENT);
    for (RunResult result : new Runner(options.build()).run()) {
      micros.put(result.getPrimaryResult().getLabel(), result.getPrimaryResult().getScore());
    }
    List<Row> rows = new ArrayList<>();
    rows.add(row("`find(pid)` among 100 services, JMH", of(micros, "find"), "", MOST_LOOKUP));
    rows.add(row("`status(name)` among 100, JMH", of(micros, "status"), "", MOST_LOOKUP));
    String handle = "ProcessHandle.info() " + text(of(micros, "handle"));
    rows.add(row("`ProcessInfo.of(pid)`, JMH", of(micros, "info"), handle, MOST_INFO));
    return rows;
  }

  private static Row row(String what, double micros, String beside, double most) {
    return new Row(what, text(micros), beside, "< " + text(most), micros < most);
  }

  private static double of(Map<String, Double> micros, String name) {
    return micros.getOrDefault(name, Double.NaN);
  }

  private static String text(double micros) {
    return String.format(Locale.ROOT, micros < 1 ? "%.3f us" : "%.1f us", micros);
  }
}
