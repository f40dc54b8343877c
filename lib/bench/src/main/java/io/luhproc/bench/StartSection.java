package io.luhproc.bench;

import io.luhproc.worker.ProcessManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Duration of a start for the caller: from the call until it returns. */
final class StartSection {
  private static final double MAX_WARM_OVERHEAD_MILLIS = 1.0;
  private static final double MAX_FIRST_OVERHEAD_MILLIS = 15.0;

  private StartSection() {}

  /** Times the starts of a JVM after the first hundred. */
  static List<ResultRow> warm(BenchEnvironment environment) throws Exception {
    Path folder = environment.createDirectory("warm");
    List<String> command = List.of("/bin/true");
    // One manager for all starts, as in an app.
    ProcessManager manager = ProcessLibrary.createManager(command, folder);
    InterleavedTrials trials = new InterleavedTrials();
    for (ProcessLibrary library : ProcessLibrary.values()) {
      boolean isLuhproc = library == ProcessLibrary.LUHPROC;
      trials.add(
          library.title(),
          () -> isLuhproc ? timeStart(manager) : timeStart(library, command, folder));
    }
    trials.run(100, 200);
    return List.of(row("`start`, warm, of `/bin/true`", trials, MAX_WARM_OVERHEAD_MILLIS));
  }

  /** Times the first start of a JVM, including class loading. */
  static List<ResultRow> first(BenchEnvironment environment) throws Exception {
    InterleavedTrials trials = new InterleavedTrials();
    for (ProcessLibrary library : ProcessLibrary.values()) {
      Path folder = environment.createDirectory("first");
      List<String> command =
          BenchEnvironment.javaCommand(FirstStartMain.class, library.name(), folder.toString());
      trials.add(library.title(), () -> new CommandRunner(command, Map.of()).readLastNumber());
    }
    trials.run(1, 15);
    return List.of(row("first `start` of a JVM, of itself", trials, MAX_FIRST_OVERHEAD_MILLIS));
  }

  static long timeStart(ProcessLibrary library, List<String> command, Path folder)
      throws Exception {
    long start = System.nanoTime();
    ProcessLibrary.StartedChild started = library.start(command, folder);
    long nanos = System.nanoTime() - start;
    started.awaitExit();
    return nanos;
  }

  private static long timeStart(ProcessManager manager) throws Exception {
    long start = System.nanoTime();
    ProcessLibrary.StartedChild started = ProcessLibrary.start(manager);
    long nanos = System.nanoTime() - start;
    started.awaitExit();
    return nanos;
  }

  private static ResultRow row(String measurement, InterleavedTrials trials, double maxMillis) {
    double overhead =
        trials.samplesOf("luhproc").median() - trials.samplesOf("ProcessBuilder").median();
    List<String> luhproc = new ArrayList<>();
    luhproc.add(Samples.formatMillis(trials.samplesOf("luhproc").median()));
    luhproc.add("(" + Samples.formatMillis(overhead) + " over ProcessBuilder)");
    return new ResultRow(
        measurement,
        String.join(" ", luhproc),
        trials.mediansExcept("luhproc"),
        "<= " + Samples.formatMillis(maxMillis) + " over",
        overhead <= maxMillis);
  }
}
