package io.luhproc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.Eventually;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A queue whose process is killed by SIGKILL again and again. */
public final class KilledQueue {
  private static final int KILLS = 4;

  private final Path folder;
  private final Map<String, String> environment;
  private final String engine;
  private final int limit;

  /**
   * Creates a queue.
   *
   * @param folder an empty folder
   * @param environment variables of its process
   * @param engine the address of the engine
   * @param limit how many workers run at once
   */
  public KilledQueue(Path folder, Map<String, String> environment, String engine, int limit) {
    this.folder = folder;
    this.environment = environment;
    this.engine = engine;
    this.limit = limit;
  }

  /**
   * Runs workers, and tests that each ran once.
   *
   * @param workers their number
   * @param ran returns the ids of the workers that ran, one for each run
   */
  public void run(int workers, Callable<List<String>> ran) throws Exception {
    Process process = start(workers);
    Eventually.holds("submissions", () -> output().contains("submitted"));
    for (int kills = 1; kills <= KILLS; kills++) {
      int target = Math.min(workers - limit, ran.call().size() + limit);
      Eventually.holds("progress", () -> ran.call().size() >= target);
      int ignored = process.destroyForcibly().waitFor();
      process = start(0);
    }

    assertThat(process.waitFor(150, TimeUnit.SECONDS)).as(this::output).isTrue();

    List<String> expected = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      expected.add("id-" + i);
    }
    assertThat(ran.call()).as(this::output).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(process.exitValue()).as(this::output).isZero();
  }

  /** Returns the ids that the tasks of {@link QueueApp} have written. */
  public List<String> ran() throws IOException {
    Path file = folder.resolve("ran");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private Process start(int submitted) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            QueueApp.class.getName(),
            folder.toString(),
            engine,
            Integer.toString(limit),
            Integer.toString(submitted));
    builder.environment().putAll(environment);
    File out = folder.resolve("out").toFile();
    return builder
        .redirectOutput(ProcessBuilder.Redirect.appendTo(out))
        .redirectErrorStream(true)
        .start();
  }

  private String output() {
    try {
      return Files.readString(folder.resolve("out"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
