package io.luhproc.supervisor;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.health.HealthCheck;
import io.luhproc.posix.DatagramSocket;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.Readiness;
import io.luhproc.service.ServiceSpec;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that report by sd_notify(3), and hostile ones. */
@Tag("process")
@ExtendWith(LeakCheck.class)
@Timeout(90)
class NotifyProcessTest {
  private static final String CLIENT =
      """
      import array, os, socket, sys, time
      address = os.environ["NOTIFY_SOCKET"]
      client = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      def send(text):
          client.sendto(text if isinstance(text, bytes) else text.encode(), address)
      def wait(name):
          while not os.path.exists(os.path.join(os.environ["FOLDER"], name)):
              time.sleep(0.02)
      def send_with_descriptors(text, count):
          fds = array.array("i", [0] * count)
          client.sendmsg([text.encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)], 0, address)
      """;

  @TempDir private Path folder;

  private Path directory() {
    return folder.resolve("s");
  }

  private Supervisor open() {
    return SupervisorMain.builder(directory()).build();
  }

  @BeforeEach
  void writeClient() throws IOException {
    assumeTrue(isInstalled("python3"), "python3 is not installed");
    Files.writeString(folder.resolve("client.py"), CLIENT);
  }

  @AfterEach
  void killAll() {
    MarkedProcesses.killAll(directory());
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(it -> Files.isExecutable(Path.of(it, program)));
  }

  /** Returns a process that runs Python statements and then sleeps. */
  private ProcessSpec.Builder python(String script) throws IOException {
    Path file = Files.createTempFile(folder, "service", ".py");
    Files.writeString(file, "from client import *\n" + script + "\ntime.sleep(600)\n");
    return ProcessSpec.command("web", "python3", file.toString())
        .env("FOLDER", folder.toString())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .ready(Readiness.sdNotify());
  }

  private static ServiceSpec service(ProcessSpec.Builder process) {
    return ServiceSpec.named("shop").process(process).build();
  }

  private void tell(String name) throws IOException {
    Files.createFile(folder.resolve(name));
  }

  private static ProcessStatus web(Supervisor supervisor) {
    return supervisor.status("shop").process("web");
  }

  private static void awaitMessage(Supervisor supervisor, String message) {
    Eventually.holds(
        () -> supervisor.why("shop"), () -> web(supervisor).message().equals(Optional.of(message)));
  }

  @Test
  void readyEndsTheStartAndStatusIsShown() throws Exception {
    try (Supervisor supervisor = open()) {
      supervisor.add(
          service(
              python("send('STATUS=loading'); wait('go'); send('READY=1\\nSTATUS=serving 3')")));
      var started = supervisor.start("shop");
      awaitMessage(supervisor, "loading");
      assertThat(supervisor.why("shop"))
          .contains("waits for READY=1 of sd_notify(3)", "it says: loading");
      tell("go");
      assertThat(started.get(20, SECONDS).state()).isEqualTo(ProcessState.RUNNING);
      awaitMessage(supervisor, "serving 3");
      Path socket = directory().resolve("notify.sock");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
          .isEqualTo("rw-------");
    }
    assertThat(directory().resolve("notify.sock")).doesNotExist();
  }

  @Test
  void systemdNotifyOfAShellServiceIsAttributedToIt() throws Exception {
    assumeTrue(isInstalled("systemd-notify"), "systemd-notify is not installed");
    try (Supervisor supervisor = open()) {
      ProcessSpec.Builder shell =
          ProcessSpec.shell("web", "systemd-notify --ready --status=up; exec sleep 600");
      supervisor.add(service(shell.ready(Readiness.sdNotify())));
      assertThat(supervisor.start("shop").get(20, SECONDS).state()).isEqualTo(ProcessState.RUNNING);
      awaitMessage(supervisor, "up");
    }
  }

  @Test
  void foreignSenderIsIgnored() throws Exception {
    try (Supervisor supervisor = open()) {
      supervisor.add(service(python("send('STATUS=1'); wait('go'); send('STATUS=2'); wait('on')")));
      var ignored = supervisor.start("shop");
      awaitMessage(supervisor, "1");
      DatagramSocket.send(directory().resolve("notify.sock").toString(), "READY=1\nSTATUS=bad");
      tell("go");
      awaitMessage(supervisor, "2");
      assertThat(web(supervisor).state()).isEqualTo(ProcessState.STARTING);
    }
  }

  @Test
  void siblingIsNotTakenForTheProcess() throws Exception {
    try (Supervisor supervisor = open()) {
      supervisor.add(
          service(python("send('STATUS=1'); wait('go')")),
          ServiceSpec.named("other").process(python("send('READY=1\\nSTATUS=other')")).build());
      var ignored = supervisor.start("shop");
      awaitMessage(supervisor, "1");
      supervisor.start("other").get(20, SECONDS);
      assertThat(web(supervisor).state()).isEqualTo(ProcessState.STARTING);
      assertThat(web(supervisor).message()).hasValue("1");
    }
  }

  @Test
  void childOfTheProcessMayReport() throws Exception {
    try (Supervisor supervisor = open()) {
      String fork = "if os.fork() == 0:\n  os.setsid()\n  send('READY=1')\n  time.sleep(600)";
      supervisor.add(service(python(fork)));
      assertThat(supervisor.start("shop").get(20, SECONDS).state()).isEqualTo(ProcessState.RUNNING);
    }
  }

  @Test
  void malformedDatagramsAreRefused() throws Exception {
    try (Supervisor supervisor = open()) {
      String hostile =
          """
          send('READY=1\\n' + 'x' * 5000)
          send(b'READY=1\\0')
          send(b'STATUS=\\xff\\xfe\\x1b[2J')
          send(b'')
          send('READY')
          wait('go')
          send('STATUS=end')
          """;
      supervisor.add(service(python(hostile)));
      var ignored = supervisor.start("shop");
      awaitMessage(supervisor, "???[2J");
      assertThat(web(supervisor).state()).isEqualTo(ProcessState.STARTING);
      tell("go");
      awaitMessage(supervisor, "end");
      assertThat(web(supervisor).state()).isEqualTo(ProcessState.STARTING);
    }
  }

  @Test
  void floodOfDatagramsLosesNoReadiness() throws Exception {
    try (Supervisor supervisor = open()) {
      supervisor.add(
          service(
              python(
                  "for i in range(100000):\n"
                      + "  send('STATUS=%d' % i)\n"
                      + "send('READY=1\\n"
                      + "STATUS=end')")));
      assertThat(supervisor.start("shop").get(60, SECONDS).state()).isEqualTo(ProcessState.RUNNING);
      awaitMessage(supervisor, "end");
    }
  }

  @Test
  void floodOfAStrangerDoesNotKeepTheReadinessOut() throws Exception {
    try (Supervisor supervisor = open()) {
      supervisor.add(service(python("send('STATUS=1'); wait('go'); send('READY=1')")));
      var started = supervisor.start("shop");
      awaitMessage(supervisor, "1");
      String flood =
          "for i in range(100000):\n  send('READY=1')\n  if i == 1000: open('%s', 'w')"
              .formatted(folder.resolve("go"));
      ProcessBuilder stranger =
          new ProcessBuilder("python3", "-c", "from client import *\n" + flood);
      stranger.directory(folder.toFile());
      stranger.environment().put("NOTIFY_SOCKET", directory().resolve("notify.sock").toString());
      Process flooding = stranger.start();
      assertThat(started.get(60, SECONDS).state()).isEqualTo(ProcessState.RUNNING);
      assertThat(flooding.waitFor(60, SECONDS)).isTrue();
      assertThat(flooding.exitValue()).isZero();
    }
  }

  @Test
  void passedDescriptorsAreClosed() throws Exception {
    try (Supervisor supervisor = open()) {
      String script =
          """
          send('STATUS=1'); wait('go')
          for i in range(20):
              send_with_descriptors('FDSTORE=1', 253)
          send('READY=1')
          """;
      supervisor.add(service(python(script)));
      var started = supervisor.start("shop");
      awaitMessage(supervisor, "1");
      long before = openDescriptors();
      tell("go");
      started.get(20, SECONDS);
      assertThat(openDescriptors()).isLessThan(before + 200);
    }
  }

  private static long openDescriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  @Test
  void pathThatIsTooLongForASocketFailsTheStart() throws Exception {
    Path deep = folder.resolve("d".repeat(120));
    try (Supervisor supervisor = SupervisorMain.builder(deep).build()) {
      supervisor.add(service(python("send('READY=1')")));
      assertThatThrownBy(() -> supervisor.start("shop").get(20, SECONDS))
          .hasMessageContaining("cannot receive sd_notify(3) messages: path " + deep)
          .hasMessageContaining("choose a shorter directory");
    }
  }

  @Test
  void userThatCannotReachTheSocketFailsTheStart() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    try (Supervisor supervisor = open()) {
      supervisor.add(service(python("send('READY=1')").user("65534")));
      assertThatThrownBy(() -> supervisor.start("shop").get(20, SECONDS))
          .hasMessageContaining("shop/web: user 65534 cannot reach the socket in " + directory());
    }
  }

  @Test
  void missedWatchdogRestartsTheProcess() throws Exception {
    try (Supervisor supervisor = open()) {
      String script =
          """
          send('READY=1\\nSTATUS=' + os.environ['WATCHDOG_USEC'])
          while not os.path.exists(os.path.join(os.environ['FOLDER'], 'hang')):
              send('WATCHDOG=1'); time.sleep(0.1)
          """;
      supervisor.add(
          service(
              python(script)
                  .health(
                      HealthCheck.heartbeat(ofSeconds(2))
                          .every(ofMillis(100))
                          .failureThreshold(1))));
      long first = supervisor.start("shop").get(20, SECONDS).process("web").pid().orElseThrow();
      awaitMessage(supervisor, "2000000");
      tell("hang");
      Eventually.holds(
          () -> supervisor.why("shop"),
          () -> web(supervisor).restarts() > 0 && web(supervisor).pid().orElse(first) != first);
    }
  }

  @Test
  void nextSupervisorKeepsWaitingAndReceiving() throws Exception {
    ServiceSpec shop = service(python("send('STATUS=1'); wait('go'); send('READY=1\\nSTATUS=2')"));
    long pid;
    try (Supervisor previous = SupervisorMain.builder(directory()).leaveRunning().build()) {
      previous.add(shop);
      var ignored = previous.start("shop");
      awaitMessage(previous, "1");
      pid = web(previous).pid().orElseThrow();
    }
    try (Supervisor next = open()) {
      next.add(shop);
      assertThat(web(next).state()).isEqualTo(ProcessState.STARTING);
      Eventually.holds("the socket exists", () -> Files.exists(directory().resolve("notify.sock")));
      tell("go");
      next.await("shop", ProcessState.RUNNING, ofSeconds(20)).get();
      awaitMessage(next, "2");
      assertThat(web(next).pid()).hasValue(pid);
    }
    try (Supervisor last = open()) {
      last.add(shop);
      assertThat(last.status("shop").state()).isEqualTo(ProcessState.INACTIVE);
    }
  }

  @Test
  void readyProcessIsAdoptedAsRunning() throws Exception {
    ServiceSpec shop = service(python("send('READY=1')"));
    try (Supervisor previous = SupervisorMain.builder(directory()).leaveRunning().build()) {
      previous.add(shop);
      previous.start("shop").get(20, SECONDS);
    }
    try (Supervisor next = open()) {
      next.add(shop);
      assertThat(next.status("shop").state()).isEqualTo(ProcessState.RUNNING);
    }
  }

  @Test
  void mainPidIsNotHonoured() throws Exception {
    try (Supervisor supervisor = open()) {
      supervisor.add(service(python("send('MAINPID=1\\nREADY=1')")));
      ProcessStatus web = supervisor.start("shop").get(20, SECONDS).process("web");
      assertThat(web.pid().orElseThrow()).isNotEqualTo(1);
      assertThat(web(supervisor).state()).isEqualTo(ProcessState.RUNNING);
    }
  }

  @Test
  void processThatStopsByItselfIsNotAvailableToDependents() throws Exception {
    try (Supervisor supervisor = open()) {
      supervisor.add(
          service(python("send('READY=1'); wait('go'); send('STOPPING=1\\nSTATUS=leaving')")),
          ServiceSpec.named("client")
              .process(ProcessSpec.command("main", "sleep", "600"))
              .requires("shop")
              .build());
      supervisor.start("shop").get(20, SECONDS);
      tell("go");
      awaitMessage(supervisor, "leaving");
      var ignored = supervisor.start("client");
      Eventually.holds(
          () -> supervisor.why("client"),
          () -> supervisor.status("client").state() == ProcessState.BLOCKED);
    }
  }

  @Test
  void serviceThatDoesNotAskGetsNoSocket() throws Exception {
    try (Supervisor supervisor = open()) {
      supervisor.add(
          service(
              ProcessSpec.shell("web", "echo socket ${NOTIFY_SOCKET:-none}; exec sleep 600")
                  .ready(Readiness.logLine("socket"))));
      supervisor.start("shop").get(20, SECONDS);
      assertThat(supervisor.output("shop", "web").snapshot()).contains("socket none");
      assertThat(directory().resolve("notify.sock")).doesNotExist();
    }
  }
}
