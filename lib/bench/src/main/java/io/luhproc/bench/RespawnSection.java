package io.luhproc.bench;

import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A service that is killed and started again, beside other supervisors, all in turns. */
final class RespawnSection {
  private static final String LUHPROC = "luhproc";
  private static final String PROCESS_BUILDER = "ProcessBuilder";
  // The kernel executes the interpreter itself, without a shell.
  private static final String WITHOUT_SHELL = "#!/bin/cat %s\n";
  private static final String SHELL_SCRIPT = "#!/bin/sh\nexec /bin/cat %s\n";
  // Of JVMs, before the first round.
  private static final int WARMUPS = 600;
  private static final Duration WARMUP_INTERVAL = Duration.ofMillis(20);
  private static final int ROUNDS = 150;
  // runit and daemontools do not start a child again within a second of its last start.
  private static final Duration ROUND = Duration.ofMillis(1200);
  private static final double MAX_RATIO = 1.5;
  private static final double MAX_TAIL = 2;

  private final Map<String, RespawnedChild> children = new LinkedHashMap<>();

  private RespawnSection() {}

  /** Measures from SIGKILL to the first thing that the next process does. */
  static List<ResultRow> run(BenchEnvironment environment) throws Exception {
    if (environment.launcher().isEmpty()) {
      return List.of(ResultRow.of("respawn by `luhproc up`", "not built", ""));
    }
    RespawnSection section = new RespawnSection();
    try {
      section.start(environment, environment.launcher().get());
      return rows(section.measure());
    } finally {
      for (RespawnedChild child : section.children.values()) {
        child.close();
      }
    }
  }

  private void start(BenchEnvironment environment, Path launcher) throws Exception {
    int respawns = WARMUPS + ROUNDS;
    children.put(
        LUHPROC,
        RespawnedChild.ofLuhproc(launcher, environment.createDirectory("luhproc"), respawns));
    children.put(
        PROCESS_BUILDER,
        RespawnedChild.ofProcessBuilder(environment.createDirectory("builder"), respawns));
    for (RespawnedChild child : children.values()) {
      for (int i = 0; i < WARMUPS; i++) {
        TimeSource.system().sleep(WARMUP_INTERVAL);
        long ignored = child.respawn();
      }
    }
    startIfInstalled("runit", "runsv", WITHOUT_SHELL, environment);
    startIfInstalled("runit with a shell script", "runsv", SHELL_SCRIPT, environment);
    startIfInstalled("daemontools", "supervise", WITHOUT_SHELL, environment);
  }

  private void startIfInstalled(
      String name, String program, String runFile, BenchEnvironment environment) throws Exception {
    if (BenchEnvironment.findProgram(program).isPresent()) {
      Path folder = environment.createDirectory(program);
      children.put(name, RespawnedChild.ofServiceDirectory(program, runFile, folder, ROUNDS));
    }
  }

  private InterleavedTrials measure() throws Exception {
    Duration pause = ROUND.dividedBy(children.size());
    InterleavedTrials trials = new InterleavedTrials();
    children.forEach(
        (name, child) ->
            trials.add(
                name,
                () -> {
                  TimeSource.system().sleep(pause);
                  return child.respawn();
                }));
    TimeSource.system().sleep(ROUND);
    return trials.run(0, ROUNDS);
  }

  private static List<ResultRow> rows(InterleavedTrials trials) {
    Samples luhproc = trials.samplesOf(LUHPROC);
    double ratio = luhproc.median() / trials.samplesOf(PROCESS_BUILDER).median();
    double tail = luhproc.quantile(0.99) / luhproc.median();
    return List.of(
        new ResultRow(
            "from SIGKILL to the first open(2) of the next process, `luhproc up`, delay 0",
            Samples.formatMillis(luhproc.median()) + ", " + Samples.formatRatio(ratio),
            trials.mediansExcept(LUHPROC),
            "<= " + Samples.formatRatio(MAX_RATIO) + " of ProcessBuilder",
            ratio <= MAX_RATIO),
        new ResultRow(
            "the same, p99 over the median",
            Samples.formatMillis(luhproc.quantile(0.99)) + ", " + Samples.formatRatio(tail),
            "ProcessBuilder "
                + Samples.formatMillis(trials.samplesOf(PROCESS_BUILDER).quantile(0.99)),
            "<= " + Samples.formatRatio(MAX_TAIL),
            tail <= MAX_TAIL));
  }
}
