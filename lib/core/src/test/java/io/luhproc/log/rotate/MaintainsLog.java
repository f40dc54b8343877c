package io.luhproc.log.rotate;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogStream;
import io.luhproc.posix.Posix;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Maintains a log until it is killed: {@code MaintainsLog DIRECTORY MAX_BYTES MAX_BACKUPS}. */
final class MaintainsLog {
  private static final Duration TICK_INTERVAL = Duration.ofMillis(1);

  private MaintainsLog() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Path.of(args[0]);
    LogPolicy policy =
        LogPolicy.defaults()
            .withMaxBytes(Long.parseLong(args[1]))
            .withMaxBackups(Integer.parseInt(args[2]));
    TimeSource time = TimeSource.system();
    try (LogMaintainer maintainer =
        LogMaintainer.open(directory, LogStream.OUT, policy, time, Posix.lazy())) {
      while (Files.exists(directory)) {
        maintainer.tick();
        time.sleep(TICK_INTERVAL);
      }
    }
  }
}
