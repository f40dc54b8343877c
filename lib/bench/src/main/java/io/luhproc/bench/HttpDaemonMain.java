package io.luhproc.bench;

import io.luhproc.daemon.Daemon;
import java.nio.file.Path;

/** Runs the daemon of {@link DaemonProcess} until its input ends. */
final class HttpDaemonMain {
  private HttpDaemonMain() {}

  /** Opens a configuration file and starts its services; answers each byte with its memory. */
  public static void main(String[] args) throws Exception {
    try (Daemon daemon = Daemon.open(Path.of(args[0]))) {
      daemon.start().join();
      System.out.println("up");
      while (System.in.read() >= 0) {
        ResourceUsage usage = ResourceUsage.afterFullGc();
        System.out.println(usage.heapBytes() + " " + usage.rssBytes());
      }
    }
  }
}
