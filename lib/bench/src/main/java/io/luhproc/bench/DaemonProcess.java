package io.luhproc.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A daemon in a JVM of its own, with a heap of at most 64 MiB, and services that sleep. */
final class DaemonProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final Path directory;

  /** Starts the daemon and returns when its services are up. */
  DaemonProcess(Path folder, int services) throws IOException {
    directory = folder.resolve("run");
    StringBuilder config = new StringBuilder("[supervisor]\ndirectory = \"run\"\n");
    for (int i = 0; i < services; i++) {
      config.append("[services.s").append(i).append("]\ncommand = [\"sleep\", \"3600\"]\n");
      // Restarts are counted, not settled.
      config.append("min_ready_time = 0\n");
    }
    Path file = Files.writeString(folder.resolve("luhproc.toml"), config);
    List<String> command =
        new ArrayList<>(BenchEnvironment.javaCommand(HttpDaemonMain.class, file.toString()));
    command.addAll(1, List.of("-XX:+UseSerialGC", "-Xmx64m"));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    out = process.inputReader();
    if (!"up".equals(out.readLine())) {
      throw new IOException("cannot start a daemon with " + services + " services");
    }
  }

  Path directory() {
    return directory;
  }

  HttpClientConnection connect() throws IOException {
    return new HttpClientConnection(directory.resolve("http.sock"));
  }

  /** Returns a number of {@code /proc/PID/status}. */
  long status(String name) throws IOException {
    return ResourceUsage.readStatus(Long.toString(process.pid()), name);
  }

  /** Returns the used heap after full collections, and the RSS then, in bytes. */
  List<Long> memory() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    return List.of(out.readLine().split(" ", -1)).stream().map(Long::valueOf).toList();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    Process ignored = process.onExit().join();
  }
}
