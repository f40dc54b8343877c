package io.luhproc.bench;

import io.luhproc.spawn.LaunchRequest;
import io.luhproc.spawn.Launcher;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Cost of the limit marker: from a launch until the exit of {@code /bin/true}. */
final class MarkerSection {
  private static final double MAX_OVERHEAD_MILLIS = 1.0;
  // Longer than posix_spawn(3) takes to load.
  private static final int WARMUPS = 500;
  private static final int ROUNDS = 500;

  private MarkerSection() {}

  static List<ResultRow> run(BenchEnvironment environment) throws Exception {
    Path folder = environment.createDirectory("marker");
    Launcher jdk = Launcher.withPathOf(System.getenv());
    try (Launcher nativeLauncher = jdk.usingPosixSpawn(false)) {
      return List.of(row("by the JDK", jdk, folder), row("by posix_spawn", nativeLauncher, folder));
    }
  }

  private static ResultRow row(String kind, Launcher launcher, Path folder) throws Exception {
    // prlimit(1) is used if a shell would drop a variable.
    LaunchRequest plain = request(folder, Map.of());
    LaunchRequest unusual = request(folder, Map.of("not.of-a-shell", "1"));
    InterleavedTrials trials =
        new InterleavedTrials()
            .add("unmarked", () -> timeLaunch(launcher, plain))
            .add("marked", () -> timeLaunch(launcher, launcher.mark(plain)))
            .add("marked by prlimit", () -> timeLaunch(launcher, launcher.mark(unusual)))
            .run(WARMUPS, ROUNDS);
    double overhead = trials.samplesOf("marked").median() - trials.samplesOf("unmarked").median();
    return new ResultRow(
        "launch with limit marker, " + kind + ", of `/bin/true`: until its exit",
        Samples.formatMillis(trials.samplesOf("marked").median())
            + " ("
            + Samples.formatMillis(overhead)
            + " more)",
        trials.mediansExcept("marked"),
        "<= " + Samples.formatMillis(MAX_OVERHEAD_MILLIS) + " more",
        overhead <= MAX_OVERHEAD_MILLIS);
  }

  private static LaunchRequest request(Path folder, Map<String, String> environment) {
    return new LaunchRequest(
        List.of("/bin/true"), environment, folder, folder.resolve("out"), folder.resolve("err"));
  }

  private static long timeLaunch(Launcher launcher, LaunchRequest request) throws Exception {
    long start = System.nanoTime();
    int status = launcher.launch(request).waitFor();
    if (status != 0) {
      throw new IllegalStateException("exit status (" + status + ") must be 0");
    }
    return System.nanoTime() - start;
  }
}
