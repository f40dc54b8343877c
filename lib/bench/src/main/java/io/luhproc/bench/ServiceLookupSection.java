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

/** Runs {@link ServiceLookupBenchmark} with JMH. */
final class ServiceLookupSection {
  private static final double MAX_LOOKUP_MICROS = 0.1;
  private static final double MAX_INFO_MICROS = 50;

  private ServiceLookupSection() {}

  static List<ResultRow> run(BenchEnvironment environment) throws RunnerException {
    Map<String, Double> micros = new LinkedHashMap<>();
    OptionsBuilder options = new OptionsBuilder();
    options
        .include("\\b" + ServiceLookupBenchmark.class.getSimpleName() + "\\b")
        .verbosity(VerboseMode.SILENT);
    for (RunResult result : new Runner(options.build()).run()) {
      micros.put(result.getPrimaryResult().getLabel(), result.getPrimaryResult().getScore());
    }
    List<ResultRow> rows = new ArrayList<>();
    rows.add(
        row(
            "`find(pid)` among 100 services, JMH",
            microsOf(micros, "find"),
            "",
            MAX_LOOKUP_MICROS));
    rows.add(
        row("`status(name)` among 100, JMH", microsOf(micros, "status"), "", MAX_LOOKUP_MICROS));
    String handle = "ProcessHandle.info() " + formatMicros(microsOf(micros, "handle"));
    rows.add(
        row(
            "`ProcessInfoReader.read(pid)`, JMH",
            microsOf(micros, "info"),
            handle,
            MAX_INFO_MICROS));
    return rows;
  }

  private static ResultRow row(
      String measurement, double micros, String comparison, double maxMicros) {
    return new ResultRow(
        measurement,
        formatMicros(micros),
        comparison,
        "< " + formatMicros(maxMicros),
        micros < maxMicros);
  }

  private static double microsOf(Map<String, Double> micros, String name) {
    return micros.getOrDefault(name, Double.NaN);
  }

  private static String formatMicros(double micros) {
    return String.format(Locale.ROOT, micros < 1 ? "%.3f us" : "%.1f us", micros);
  }
}
