package io.luhproc.slurm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real Slurm for the tests of a class, which are skipped where there is none. */
final class SlurmCluster implements BeforeAllCallback, AfterAllCallback {
  private static final List<String> PROGRAMS =
      List.of("slurmctld", "slurmd", "sbatch", "munged", "unshare", "nsenter", "ip");

  private Path directory;
  private Process process;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    for (String program : PROGRAMS) {
      assumeTrue(isInstalled(program), program + " is not installed: no tests with a real Slurm");
    }
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "network namespaces need root: no Slurm");
    // Below the folder of the build the path of munge's socket may be too long.
    directory = Files.createTempDirectory("luhproc-slurm");
    process =
        new ProcessBuilder("unshare", "--net", "src/test/slurm/cluster", directory.toString())
            .redirectError(directory.resolve("stderr").toFile())
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    if (!"up".equals(out.readLine())) {
      throw new IllegalStateException(
          "cannot start Slurm; see "
              + directory.resolve("stderr")
              + " and the folder log beside it");
    }
  }

  private static boolean isInstalled(String program) {
    return List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin").stream()
        .anyMatch(it -> Files.isExecutable(Path.of(it, program)));
  }

  /** The script ends when its input ends, also if this JVM is killed. */
  @Override
  public void afterAll(ExtensionContext context) throws IOException, InterruptedException {
    if (process != null) {
      process.getOutputStream().close();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroy();
      }
      try (Stream<Path> files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }

  /** Returns the variables that make Slurm's commands use this cluster. */
  Map<String, String> environment() {
    Map<String, String> result = new HashMap<>();
    result.put("PATH", directory.resolve("bin") + ":/usr/bin:/bin");
    result.put("SLURM_CONF", directory.resolve("slurm.conf").toString());
    return result;
  }

  /** Returns the settings of an engine whose runs are in a new directory. */
  SlurmSettings settings(String app, Path runs) {
    return settings("", app, runs);
  }

  SlurmSettings settings(String partition, String app, Path runs) {
    return new SlurmSettings(partition, app, runs, environment(), Duration.ofSeconds(5));
  }

  Path newRuns() {
    return directory.resolve("runs of " + UUID.randomUUID());
  }

  /** Returns a spec of a worker that runs a command. */
  static WorkerSpec spec(WorkerKey key, String token, String... command) {
    return new WorkerSpec(
        key,
        token,
        List.of(command),
        Map.of(),
        Map.of("PATH", "/usr/bin:/bin"),
        Path.of("/"),
        Duration.ofSeconds(5),
        Optional.empty());
  }

  /** Runs a command of Slurm, and returns what it prints. */
  String run(String... command) {
    CommandRunner runner = new CommandRunner(environment(), Duration.ofSeconds(20));
    return runner.run(List.of(command)).out();
  }

  void cancelAll() {
    for (String option : List.of("--signal=KILL", "--quiet")) {
      String ignored = run("scancel", option, "--full", "--me");
    }
  }

  /** Sends a signal to the controller. */
  void signalController(String signal) throws InterruptedException {
    try {
      String pid = Files.readString(directory.resolve("slurmctld.pid")).strip();
      int exitCode = new ProcessBuilder("kill", "-" + signal, pid).start().waitFor();
      if (exitCode != 0) {
        throw new IllegalStateException("no slurmctld " + pid);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
