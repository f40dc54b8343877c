package io.luhproc.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A queue whose process is killed by SIGKILL again and again. */
@Tag("process")
class QueueCrashProcessTest {
  private static final int WORKERS = 40;

  @TempDir Path folder;

  private Process startQueue(int submitted) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            QueueApp.class.getName(),
            folder.toString(),
            Integer.toString(submitted))
        .redirectOutput(folder.resolve("out").toFile())
        .redirectErrorStream(true)
        .start();
  }

  private List<String> ran() throws IOException {
    Path file = folder.resolve("ran");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  @Test
  void killedQueueLosesAndDoublesNoWorker() throws Exception {
    Process first = startQueue(WORKERS);
    Eventually.holds("submissions", () -> Files.readString(folder.resolve("out")).contains("sub"));
    for (int kills = 1; kills <= 4; kills++) {
      int target = Math.min(WORKERS - 10, ran().size() + 5);
      Eventually.holds("progress", () -> ran().size() >= target);
      first.destroyForcibly().waitFor();
      first = startQueue(0);
    }

    assertThat(first.waitFor(100, TimeUnit.SECONDS)).isTrue();

    List<String> expected = new ArrayList<>();
    for (int i = 0; i < WORKERS; i++) {
      expected.add("id-" + i);
    }
    assertThat(ran()).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(first.exitValue()).isZero();
  }
}
