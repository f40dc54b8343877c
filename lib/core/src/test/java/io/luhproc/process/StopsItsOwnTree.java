package io.luhproc.process;

import io.luhproc.posix.Posix;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Stops the tree it is part of and writes what came of it to the file {@code outcome}. */
final class StopsItsOwnTree {
  private StopsItsOwnTree() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Path.of(System.getenv("LUHPROC_DIR"));
    TreeRequest request =
        new TreeRequest(
            directory,
            Optional.empty(),
            Signal.TERM,
            Duration.ofSeconds(5),
            Duration.ofSeconds(10));
    TreeOutcome outcome =
        new TreeStop(ProcessTable.system(), Posix.lazy(), TimeSource.system()).stop(request);
    Files.writeString(directory.resolve("outcome.new"), outcome.toString());
    Files.move(directory.resolve("outcome.new"), directory.resolve("outcome"));
  }
}
