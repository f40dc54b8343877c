package io.luhproc.tree;

import io.luhproc.posix.Posix;
import io.luhproc.process.Signal;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Stops the tree that this process is a member of and writes the result to {@code outcome}. */
final class StopsOwnTree {
  private StopsOwnTree() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Path.of(System.getenv("LUHPROC_DIR"));
    StopTreeRequest request =
        new StopTreeRequest(
            directory,
            Optional.empty(),
            Signal.TERM,
            Duration.ofSeconds(5),
            Duration.ofSeconds(10));
    StopTreeResult result =
        new TreeStopper(ProcessTable.system(), Posix.lazy(), TimeSource.system()).stop(request);
    Files.writeString(directory.resolve("outcome.new"), result.toString());
    Files.move(directory.resolve("outcome.new"), directory.resolve("outcome"));
  }
}
