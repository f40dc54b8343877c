package io.luhproc.health.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthResult;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.LeakCheck;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ports that the monitored process, its descendants, or other processes hold. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class ListenerOwnershipProcessTest {
  private static final String SERVER =
      """
      import socket, sys, time
      family = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET
      s = socket.socket(family)
      s.bind((sys.argv[1], 0))
      s.listen()
      print(s.getsockname()[1], flush=True)
      sys.stdin.read()
      """;

  @TempDir Path directory;

  private record Server(Process process, int port) implements AutoCloseable {
    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      Process ignored = process.destroyForcibly().onExit().join();
    }
  }

  private static Server start(String... command) throws IOException {
    Process process = new ProcessBuilder(command).start();
    BufferedReader lines = process.inputReader();
    return new Server(process, Integer.parseInt(lines.readLine()));
  }

  private Server server(String address) throws IOException {
    return start("python3", "-c", SERVER, address);
  }

  private ListenerOwnership ownership(long pid) {
    ProcessTable table = ProcessTable.system();
    return new ListenerOwnership(table, table.identify(pid).orElseThrow(), directory);
  }

  /** Returns port 8080 of an address that ends with a byte. */
  private static InetSocketAddress ipv6(int last) throws IOException {
    byte[] address = new byte[16];
    address[15] = (byte) last;
    return new InetSocketAddress(InetAddress.getByAddress(address), 8080);
  }

  private static InetSocketAddress local(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "::"})
  void listenerIsForeignUnlessItBelongsToTheTree(String address) throws Exception {
    try (Server server = server(address);
        Server other = server(address)) {
      InetSocketAddress port = local(server.port());
      assertThat(ownership(server.process().pid()).foreignListener(port)).isEmpty();
      assertThat(ownership(other.process().pid()).foreignListener(port).orElseThrow())
          .matches(server.process().pid() + " \\(python3?.*\\)");
      assertThat(ownership(ProcessHandle.current().pid()).foreignListener(port))
          .as("this JVM is the parent")
          .isEmpty();
    }
  }

  @Test
  void descendantOfAnotherSessionBelongsToTheTree() throws Exception {
    String script = "setsid python3 -c \"$0\" 127.0.0.1 <&0 & wait";
    try (Server server = start("sh", "-c", script, SERVER)) {
      assertThat(ownership(server.process().pid()).foreignListener(local(server.port()))).isEmpty();
    }
  }

  @Test
  void processWithTheMarkerOfTheDirectoryBelongsToTheTree() throws Exception {
    String marked = "LUHPROC_DIR=" + directory;
    try (Server server = start("env", marked, "python3", "-c", SERVER, "127.0.0.1");
        Server monitored = server("127.0.0.1")) {
      InetSocketAddress port = local(server.port());
      assertThat(ownership(monitored.process().pid()).foreignListener(port)).isEmpty();
    }
  }

  @Test
  void processWithTheLimitMarkerOfTheRootBelongsToTheTree() throws Exception {
    String script = "ulimit -S -x \"$1\"; exec python3 -c \"$0\" 127.0.0.1";
    String first = Long.toString((1L << 61) + 7);
    String second = Long.toString((1L << 61) + 8);
    try (Server server = start("bash", "-c", script, SERVER, first);
        Server same = start("bash", "-c", script, SERVER, first);
        Server other = start("bash", "-c", script, SERVER, second)) {
      InetSocketAddress port = local(server.port());
      assertThat(ownership(same.process().pid()).foreignListener(port)).isEmpty();
      assertThat(ownership(other.process().pid()).foreignListener(port)).isPresent();
    }
  }

  @Test
  void checkIsUnhealthyWhenThisJvmAnswersForAnotherProcess() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Server monitored = server("127.0.0.1")) {
      ProcessIdentity identity =
          ProcessTable.system().identify(monitored.process().pid()).orElseThrow();
      MonitoredProcess process =
          new MonitoredProcess(
              identity, directory, directory, Map.of(), Optional.empty(), Optional.empty());
      HealthCheck check = HealthCheck.tcp("127.0.0.1", socket.getLocalPort());
      HealthResult result = check.check(CheckContexts.contextOf(process));
      assertThat(result.isHealthy()).isFalse();
      assertThat(result.detail())
          .isEqualTo(
              "port %d is answered by process %d (java), which is not of this service"
                  .formatted(socket.getLocalPort(), ProcessHandle.current().pid()));
      assertThat(check.answeredByAnyProcess().check(CheckContexts.contextOf(process)))
          .isEqualTo(HealthResult.healthy());
    }
  }

  @Test
  void answerIsKeptUntilItIsForgotten() throws Exception {
    try (Server monitored = server("127.0.0.1");
        Server other = server("127.0.0.1")) {
      ListenerOwnership ownership = ownership(monitored.process().pid());
      InetSocketAddress port = local(other.port());
      assertThat(ownership.foreignListener(port)).isPresent();
      assertThat(ownership.foreignListener(port)).as("a foreign one is not kept").isPresent();
    }
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Server monitored = server("127.0.0.1")) {
      ListenerOwnership ownership = ownership(monitored.process().pid());
      InetSocketAddress port = local(closedPort());
      assertThat(ownership.foreignListener(port)).as("nothing listens").isEmpty();
      try (ServerSocket late = new ServerSocket(port.getPort(), 5, port.getAddress())) {
        assertThat(ownership.foreignListener(port)).as(late.toString()).isEmpty();
        ownership.forget();
        assertThat(ownership.foreignListener(port)).isPresent();
      }
      assertThat(socket.isBound()).isTrue();
    }
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void socketsBoundToTheAddressTakePrecedence() throws Exception {
    Path net = Files.createDirectory(directory.resolve("net"));
    String any = "0: 00000000:1F90 00000000:0000 0A 0:0 00:0 0 0 0 11 1";
    String exact = "1: 0100007F:1F90 00000000:0000 0A 0:0 00:0 0 0 0 12 1";
    String connected = "2: 0100007F:1F90 0100007F:0001 01 0:0 00:0 0 0 0 13 1";
    String mapped = "3: 0000000000000000FFFF00000100007F:1F90 0:0 0A 0:0 00:0 0 0 0 14 1";
    String any6 = "4: 00000000000000000000000000000000:1F90 0:0 0A 0:0 00:0 0 0 0 15 1";
    String loopback6 = "5: 00000000000000000000000001000000:1F90 0:0 0A 0:0 00:0 0 0 0 16 1";
    ListeningSockets sockets = new ListeningSockets(net);
    assertThat(sockets.inodes(local(8080))).isEmpty();
    Files.write(net.resolve("tcp6"), List.of(any6, loopback6));
    assertThat(sockets.inodes(local(8080))).containsExactly("15");
    Files.write(net.resolve("tcp"), List.of("header", any, connected));
    assertThat(sockets.inodes(local(8080))).containsExactly("11");
    Files.write(net.resolve("tcp6"), List.of(mapped, any6, loopback6));
    assertThat(sockets.inodes(local(8080))).containsExactly("14");
    assertThat(sockets.inodes(ipv6(1))).containsExactly("16");
    assertThat(sockets.inodes(ipv6(2))).containsExactly("15");
    Files.write(net.resolve("tcp"), List.of("header", any, exact, exact.replace(" 12 ", " 17 ")));
    assertThat(sockets.inodes(local(8080))).containsExactlyInAnyOrder("12", "17");
    assertThat(sockets.inodes(local(8081))).isEmpty();
  }
}
