package io.luhproc.bench;

import java.util.List;
import java.util.Map;

/** Cost of {@code check()} in an app that is not a worker. */
final class CheckSection {
  private static final double MAX_OVERHEAD_MILLIS = 5.0;

  private CheckSection() {}

  static List<ResultRow> run(BenchEnvironment environment) throws Exception {
    InterleavedTrials processTimes = new InterleavedTrials();
    InterleavedTrials checkTimes = new InterleavedTrials();
    for (String kind : List.of("plain", "lambda", "check", "both")) {
      CommandRunner runner =
          new CommandRunner(BenchEnvironment.javaCommand(HelloMain.class, kind), Map.of());
      processTimes.add(kind, runner::timeToExit);
      checkTimes.add(kind, runner::readLastNumber);
    }
    processTimes.run(2, 30);
    checkTimes.run(0, 20);
    double overhead =
        processTimes.samplesOf("check").median() - processTimes.samplesOf("plain").median();
    double lambdaOverhead =
        processTimes.samplesOf("both").median() - processTimes.samplesOf("plain").median();
    return List.of(
        new ResultRow(
            "hello world with `check()`, its task an object, whole process",
            Samples.formatMillis(overhead) + " over",
            "without "
                + Samples.formatMillis(processTimes.samplesOf("plain").median())
                + ", with one lambda only "
                + Samples.formatMillis(processTimes.samplesOf("lambda").median())
                + "; with a lambda for the task "
                + Samples.formatMillis(lambdaOverhead)
                + " over",
            "<= " + Samples.formatMillis(MAX_OVERHEAD_MILLIS) + " over",
            overhead <= MAX_OVERHEAD_MILLIS),
        ResultRow.of(
            "the same, from the first statement of `main` to after `check()`",
            Samples.formatMillis(checkTimes.samplesOf("check").median()),
            "one lambda only "
                + Samples.formatMillis(checkTimes.samplesOf("lambda").median())
                + ", a lambda for the task "
                + Samples.formatMillis(checkTimes.samplesOf("both").median())));
  }
}
