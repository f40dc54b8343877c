package io.luhproc.bench;

import io.luhproc.daemon.Daemon;
import java.nio.file.Path;

/** Runs the daemon of {@link HttpSection} until its input ends. */
final class HttpDaemonMain {
  private HttpDaemonMain() {}

  /** Opens a configuration file and starts its services. */
  public static void main(String[] args) throws Exception {
    try (Daemon daemon = Daemon.open(Path.of(args[0]))) {
      daemon.start().join();
      System.out.println("up");
      int ignored = System.in.read();
    }
  }
}
