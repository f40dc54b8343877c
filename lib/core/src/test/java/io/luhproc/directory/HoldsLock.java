package io.luhproc.directory;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Locks a directory, prints that, and holds the lock until a line or the end of stdin. */
final class HoldsLock {
  private HoldsLock() {}

  public static void main(String[] args) throws IOException {
    ProcessDirectory directory = ProcessDirectory.at(Path.of(args[0]));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Deadline deadline = Deadline.after(TimeSource.system(), Duration.ofSeconds(30));
    System.out.println("tries");
    try (DirectoryLock lock = directory.lock(deadline).orElseThrow()) {
      System.out.println("holds " + lock.getClass().getSimpleName());
      System.out.println("read " + in.readLine());
    }
    System.out.println("released");
    System.out.println("read " + in.readLine());
  }
}
