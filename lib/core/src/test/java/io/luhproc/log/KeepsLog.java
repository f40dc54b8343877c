package io.luhproc.log;

import io.luhproc.posix.Posix;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Keeps a standard output until it is killed: {@code KeepsLog DIRECTORY MAX_BYTES MAX_PARTS}. */
final class KeepsLog {
  private static final Duration IMPATIENT = Duration.ofMillis(1);

  private KeepsLog() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Path.of(args[0]);
    LogPolicy policy =
        LogPolicy.defaults()
            .withMaxBytes(Long.parseLong(args[1]))
            .withMaxParts(Integer.parseInt(args[2]));
    TimeSource time = TimeSource.system();
    try (LogKeeper keeper = LogKeeper.open(directory, LogStream.OUT, policy, time, Posix.lazy())) {
      while (Files.exists(directory)) {
        keeper.tick();
        time.sleep(IMPATIENT);
      }
    }
  }
}
