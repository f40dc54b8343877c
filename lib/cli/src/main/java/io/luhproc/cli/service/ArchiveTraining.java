package io.luhproc.cli.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luhproc.daemon.StateDirectory;
import io.luhproc.time.Threads;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Loads the classes of the common commands, for the launcher script, which lets the JVM record them
 * in an archive. Talks to a fake daemon in this JVM only, and prints nothing.
 */
final class ArchiveTraining {
  private static final String[][] COMMANDS = {{"status"}, {"ps"}, {"start", "web"}};
  // With all fields that the daemon sends: others would be read by classes that are not archived.
  static final String SERVICES =
      """
      [{"name":"web","running":true,"state":"running","cause":"autostart","blockedOn":[],"processes":[
      {"name":"web","running":true,"state":"running","desiredUp":true,"pid":4711,"place":null,
      "started":"2026-01-01T00:00:00.033053473Z","since":"2026-01-01T00:00:00.053473545Z",
      "nextRestart":null,"retries":0,"restarts":1,"cause":"autostart",
      "lastExit":{"time":"2026-01-01T00:00:00Z","exitCode":1,"signal":null,"reason":"code 1"},
      "health":"healthy","awaits":null,"message":null,"paused":false,"directory":"/",
      "usage":{"cpuSeconds":0.25,"memoryBytes":1683456,"threads":1}}]}]
      """;

  private ArchiveTraining() {}

  /**
   * Runs the commands. {@code LUHPROC_FILE} must name a file that does not exist yet, and {@code
   * XDG_STATE_HOME} a folder for this run only.
   */
  public static void main(String[] args) throws IOException {
    Path config = Files.createFile(Path.of(System.getenv(ConfigFile.VARIABLE)));
    Path socket = StateDirectory.of(config, System.getenv()).socket();
    Files.createDirectories(socket.getParent());
    PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    System.setOut(silent);
    System.setErr(silent);
    try (ServerSocketChannel daemon = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      daemon.bind(UnixDomainSocketAddress.of(socket));
      Threads.daemon("daemon", () -> answer(daemon)).start();
      for (String[] command : COMMANDS) {
        int ignored = Luhproc.execute(command);
      }
    }
  }

  private static void answer(ServerSocketChannel daemon) {
    ByteBuffer request = ByteBuffer.allocate(4096);
    while (daemon.isOpen()) {
      try (SocketChannel client = daemon.accept()) {
        int ignored = client.read(request.clear());
        boolean isGroups =
            new String(request.array(), 0, request.position(), UTF_8).startsWith("GET /groups");
        byte[] body = (isGroups ? "{}" : SERVICES).getBytes(UTF_8);
        String head =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length
                + "\r\nConnection: close\r\n\r\n";
        client.write(ByteBuffer.wrap(head.getBytes(UTF_8)));
        client.write(ByteBuffer.wrap(body));
      } catch (IOException e) {
        // The training ends, or a command has closed its connection early.
      }
    }
  }
}
