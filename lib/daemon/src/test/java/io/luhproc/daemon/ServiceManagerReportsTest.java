package io.luhproc.daemon;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A daemon under a service manager, here a receiver of sd_notify(3) messages. */
@Tag("process")
@Timeout(90)
class ServiceManagerReportsTest {
  private static final String RECEIVER =
      """
      import socket, sys
      receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      receiver.bind(sys.argv[1])
      print("bound", flush=True)
      while True:
          for line in receiver.recv(4096).decode().split("\\n"):
              print(line, flush=True)
      """;

  @TempDir Path folder;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void killAll() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  private Process start(Map<String, String> environment, List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeAll(List.of("WATCHDOG_USEC", "WATCHDOG_PID"));
    builder.environment().putAll(environment);
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    processes.add(process);
    return process;
  }

  /** Runs the daemon of the README until its stdin ends. */
  static final class DaemonMain {
    private DaemonMain() {}

    public static void main(String[] args) throws Exception {
      try (Daemon daemon = Daemon.open(Path.of(args[0]))) {
        daemon.start().exceptionally(failure -> null).join();
        int ignored = System.in.read();
      }
    }
  }

  private static String readUntil(BufferedReader lines, String start) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.startsWith(start)) {
      line = lines.readLine();
    }
    return String.valueOf(line);
  }

  @Test
  void readinessStatusWatchdogAndStopAreReportedAndNotHandedToServices() throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(it -> Files.isExecutable(Path.of(it, "python3"))),
        "python3 is not installed");
    Path socket = folder.resolve("socket");
    Path config = folder.resolve("luhproc.toml");
    Files.writeString(
        config,
        """
        [supervisor]
        directory = "run"
        [services.web]
        directory = "."
        command = "echo ${NOTIFY_SOCKET:-none} ${WATCHDOG_USEC:-none} > env; exec sleep 60"
        [services.bad]
        command = ["/nowhere/no-such-program"]
        restart = "never"
        """
            .replace("${", "$${"));
    Process receiver = start(Map.of(), List.of("python3", "-u", "-c", RECEIVER, socket.toString()));
    BufferedReader lines = receiver.inputReader();
    assertThat(lines.readLine()).isEqualTo("bound");
    Process daemon =
        start(
            Map.of("NOTIFY_SOCKET", socket.toString(), "WATCHDOG_USEC", "400000"),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                DaemonMain.class.getName(),
                config.toString()));

    assertThat(readUntil(lines, "EXTEND_TIMEOUT_USEC=")).isEqualTo("EXTEND_TIMEOUT_USEC=30000000");
    assertThat(readUntil(lines, "READY")).isEqualTo("READY=1");
    assertThat(lines.readLine()).isEqualTo("STATUS=1 of 2 services running, 1 failed");
    for (int i = 0; i < 3; i++) {
      assertThat(readUntil(lines, "WATCHDOG")).isEqualTo("WATCHDOG=1");
    }
    daemon.getOutputStream().close();
    assertThat(readUntil(lines, "STOPPING")).isEqualTo("STOPPING=1");
    assertThat(daemon.waitFor(30, SECONDS)).isTrue();
    assertThat(Files.readString(folder.resolve("env"))).isEqualTo("none none\n");
  }
}
