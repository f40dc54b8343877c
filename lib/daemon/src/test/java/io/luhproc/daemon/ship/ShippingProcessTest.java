package io.luhproc.daemon.ship;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.daemon.Daemon;
import io.luhproc.daemon.TlsFixture;
import io.luhproc.log.ProcessLog;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real services, a real daemon, and an endpoint on loopback. */
@Tag("process")
class ShippingProcessTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  @TempDir Path folder;
  private FakeEndpoint endpoint;

  @BeforeEach
  void startEndpoint() {
    endpoint = FakeEndpoint.start(0);
  }

  @AfterEach
  void closeEndpoint() {
    endpoint.close();
  }

  private Path write(String services) throws IOException {
    return Files.writeString(
        folder.resolve("luhproc.toml"),
        """
        [supervisor]
        directory = "run"
        [shipping]
        url = "http://127.0.0.1:%d/logs"
        batch_time = "100ms"
        """
                .formatted(endpoint.port())
            + services);
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    boolean met = Deadline.after(TimeSource.system(), TIMEOUT).await(condition);
    assertThat(met).as(what).isTrue();
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).mapToObj(it -> "line " + it).toList();
  }

  /** Returns the messages without repetitions, in the order of their first arrival. */
  private List<String> distinctMessages() {
    return List.copyOf(new LinkedHashSet<>(endpoint.messages()));
  }

  private void awaitLines(int count) throws InterruptedException {
    await(count + " lines", () -> distinctMessages().size() >= count);
  }

  @Test
  void linesOfServiceAreShippedUntilDaemonIsClosed() throws Exception {
    Path file = write("[services.a]\ncommand = \"echo one; echo two >&2; printf last\"\n");
    try (Daemon daemon = Daemon.open(file)) {
      daemon.start().join();
      await(
          "exit", () -> daemon.supervisor().status("a").processes().get(0).lastExit().isPresent());
    }

    assertThat(endpoint.messages()).containsExactlyInAnyOrder("one", "two", "last");
    int requests = endpoint.requests().size();
    try (Daemon daemon = Daemon.open(file)) {
      assertThat(daemon.shipping()).isPresent();
    }
    assertThat(endpoint.requests()).hasSize(requests);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", name = '{process} {date}.log'"})
  void rotationDuringOutageLosesNothing(String name) throws Exception {
    AtomicInteger refused = new AtomicInteger();
    endpoint.reply(
        request -> {
          refused.incrementAndGet();
          return "HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n";
        });
    Path file =
        write(
            """
            [services.a]
            command = "seq -f 'line %.0f' 1 20000; echo rotate > go; exec sleep 60"
            directory = "."
            logs = { max_size = "16KiB", max_backups = 100 NAME }
            """
                .replace(" NAME", name));
    try (Daemon daemon = Daemon.open(file)) {
      daemon.start().join();
      Path directory = daemon.supervisor().status("a").processes().get(0).directory();
      await("rotation and requests", () -> rotatedFiles(directory) > 5 && refused.get() > 1);
      endpoint.reply(request -> FakeEndpoint.OK);
      awaitLines(20_000);
      await("end", () -> daemon.shipping().orElseThrow().lagBytes() == 0);

      assertThat(daemon.shipping().orElseThrow().lostBytes()).isZero();
    }
    assertThat(distinctMessages()).isEqualTo(numbers(1, 20_000));
  }

  @Test
  void linesAreShippedByTlsToEndpointWhoseCertificateIsTrusted() throws Exception {
    TlsFixture tls = TlsFixture.create(folder, "ca", "-keyalg", "EC");
    try (FakeEndpoint secure = FakeEndpoint.startTls(tls.serving())) {
      String url = "https://localhost:" + secure.port() + "/logs";
      Path file = write("[services.a]\ncommand = \"echo one; exec sleep 60\"\n");
      String plain = Files.readString(file);
      String untrusting = plain.replaceFirst("\"http:.*\"", "\"" + url + "\"");
      Files.writeString(file, untrusting);
      try (Daemon daemon = Daemon.open(file)) {
        daemon.start().join();
        await(
            "the refused handshake",
            () -> daemon.shipping().orElseThrow().failure().orElse("").contains("SSLHandshake"));
        assertThat(secure.messages()).isEmpty();

        String trusting =
            untrusting.replace("[services.a]", "trusted_certificates = \"%s\"\n[services.a]");
        Files.writeString(file, trusting.formatted("missing.crt"));
        assertThatThrownBy(daemon::reload)
            .hasMessageStartingWith("cannot use " + folder.resolve("missing.crt") + " for TLS: ");
        assertThat(daemon.shipping().orElseThrow().retries()).isPositive();

        Files.writeString(file, trusting.formatted("ca.crt"));
        assertThat(daemon.reload().failures()).isEmpty();
        await("the line", () -> secure.messages().contains("one"));
      }
    }
  }

  private static long rotatedFiles(Path directory) {
    try (var files = Files.list(directory)) {
      return files.filter(it -> it.toString().matches(".*/(out-|a ).*\\.log")).count();
    } catch (IOException e) {
      return 0;
    }
  }

  @Test
  void logsExpiredDuringOutageAreCountedAsLost() throws Exception {
    endpoint.reply(request -> "HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n");
    Path file =
        write(
            """
            [services.a]
            command = "echo line 1; while ! test -e go; do sleep 0.05; done; seq -f 'line %.0f' 2 50000; exec sleep 60"
            directory = "."
            logs = { max_size = "16KiB", max_backups = 2 }
            """);
    try (Daemon daemon = Daemon.open(file)) {
      daemon.start().join();
      await("first request", () -> daemon.shipping().orElseThrow().retries() > 0);
      Files.createFile(folder.resolve("go"));
      Path log = daemon.supervisor().status("a").processes().get(0).directory();
      // Empty while all files are replaced during the read.
      await(
          "expiry",
          () ->
              ProcessLog.of(log).tail(100_000).stream()
                  .noneMatch(it -> it.text().equals("line 1")));
      endpoint.reply(request -> FakeEndpoint.OK);
      await("last line", () -> endpoint.messages().contains("line 50000"));

      assertThat(daemon.shipping().orElseThrow().lostBytes()).isPositive();
    }
  }

  @Test
  void killedDaemonShipsRestInOrderAfterRestart() throws Exception {
    int lines = 30_000;
    Path file =
        write(
            """
            [services.a]
            command = "seq -f 'line %%.0f' 1 %d; exec sleep 600"
            """
                .formatted(lines));
    for (int kills = 1; kills <= 3; kills++) {
      int target = kills * 3_000;
      Process daemon = startDaemon(file);
      try {
        awaitLines(target);
      } finally {
        daemon.destroyForcibly().waitFor();
      }
    }
    assertThat(distinctMessages()).hasSizeLessThan(lines);
    try (Daemon daemon = Daemon.open(file)) {
      awaitLines(lines);
      assertThat(daemon.shipping().orElseThrow().lostBytes()).isZero();
    }
    assertThat(distinctMessages()).isEqualTo(numbers(1, lines));
  }

  private Process startDaemon(Path file) throws IOException {
    // Slow enough that the daemon is killed in the middle.
    endpoint.reply(
        request -> {
          try {
            TimeSource.system().sleep(Duration.ofMillis(5));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return FakeEndpoint.OK;
        });
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            RunsDaemon.class.getName(),
            file.toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("daemon.txt").toFile())
        .start();
  }

  /** Runs the daemon of a configuration file until it is killed. */
  static final class RunsDaemon {
    private RunsDaemon() {}

    /** Starts all services. */
    public static void main(String[] args) throws Exception {
      try (Daemon daemon = Daemon.open(Path.of(args[0]))) {
        daemon.start().join();
        daemon.awaitClose();
      }
    }
  }

  @Test
  void removedServiceShipsItsLastWords() throws Exception {
    Path file =
        write(
            """
            [services.a]
            command = "trap 'echo bye; exit 0' TERM; echo hello; while :; do sleep 0.05; done"
            [services.b]
            command = "exec sleep 60"
            """);
    try (Daemon daemon = Daemon.open(file)) {
      daemon.start().join();
      awaitLines(1);
      write("[services.b]\ncommand = \"exec sleep 60\"\n");

      assertThat(daemon.reload().removed()).containsExactly("a");

      // The shell may also report its killed child.
      assertThat(endpoint.messages()).containsSubsequence("hello", "bye");
      assertThat(daemon.shipping().orElseThrow().lostBytes()).isZero();
    }
  }

  @Test
  void reloadChangesWhatIsShipped() throws Exception {
    Path file = write("services = [\"b*\"]\n[services.a]\ncommand = \"echo a; exec sleep 60\"\n");
    try (Daemon daemon = Daemon.open(file)) {
      daemon.start().join();
      write("services = [\"a*\"]\n[services.a]\ncommand = \"echo a; exec sleep 60\"\n");
      daemon.reload();
      awaitLines(1);

      assertThat(endpoint.messages()).containsExactly("a");
      Files.writeString(
          file,
          "[supervisor]\ndirectory = \"run\"\n[services.a]\ncommand = \"echo a; exec sleep 60\"\n");
      daemon.reload();
      assertThat(daemon.shipping()).isEmpty();
    }
  }

  @Test
  void deadEndpointDoesNotDelayClose() throws Exception {
    endpoint.close();
    Path file = write("[services.a]\ncommand = \"echo a; exec sleep 60\"\n");
    Daemon daemon = Daemon.open(file);
    daemon.start().join();
    await("a failure", () -> daemon.shipping().orElseThrow().failure().isPresent());

    daemon.close();

    assertThat(daemon.shipping().orElseThrow().lines()).isZero();
  }
}
