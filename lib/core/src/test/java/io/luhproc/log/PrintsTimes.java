package io.luhproc.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** Prints the time in nanoseconds since the epoch, COUNT times, every MILLIS milliseconds. */
final class PrintsTimes {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private PrintsTimes() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    TimeSource time = TimeSource.system();
    Duration pause = Duration.ofMillis(Long.parseLong(args[1]));
    for (int i = 0; i < Integer.parseInt(args[0]); i++) {
      time.sleep(pause);
      Instant now = time.now();
      System.out.write((nanos(now) + "\n").getBytes(US_ASCII));
      System.out.flush();
    }
  }

  static long nanos(Instant instant) {
    return instant.getEpochSecond() * NANOS_PER_SECOND + instant.getNano();
  }
}
