package io.luhproc.bench;

import com.sun.akuma.Daemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program that daemonizes itself with Akuma. It writes the times of its own first statement and
 * of the daemon's first statement to two files in the folder given as argument.
 */
final class AkumaDaemonMain {
  private AkumaDaemonMain() {}

  /** Daemonizes this process. */
  public static void main(String[] args) throws Exception {
    long now = System.nanoTime();
    Path folder = Path.of(args[0]);
    Daemon daemon = new Daemon();
    if (daemon.isDaemonized()) {
      daemon.init(null);
      writeTimestamp(folder.resolve("statement"), now);
      return;
    }
    writeTimestamp(folder.resolve("begin"), now);
    daemon.daemonize();
    System.exit(0);
  }

  static void writeTimestamp(Path file, long nanos) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(temporary, Long.toString(nanos));
    Files.move(temporary, file);
  }
}
