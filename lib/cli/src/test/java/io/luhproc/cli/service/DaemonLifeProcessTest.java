package io.luhproc.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.ExitCode;
import io.luhproc.cli.service.LuhprocExtension.Result;
import io.luhproc.cli.service.LuhprocExtension.Started;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Daemons that are killed, signalled, or run in the foreground. */
@Tag("process")
final class DaemonLifeProcessTest {
  private static final String WEB = "[services.web]\ncommand = [\"sleep\", \"600\"]\n";

  private static final String SHIPPING = "url = \"http://localhost:1/\"\n";

  @RegisterExtension final LuhprocExtension luhproc = new LuhprocExtension();

  private static void assertCode(Result result, ExitCode code) {
    assertThat(result.code()).as(result::toString).isEqualTo(code.code());
  }

  private void kill(String signal, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
    assertThat(kill.waitFor()).isZero();
  }

  @Test
  void requestOfKilledDaemonFailsAndNextDaemonAdoptsServices() throws Exception {
    luhproc.configure(
        """
        [services.slow]
        command = ["sleep", "600"]
        min_ready_time = "10m"
        autostart = false
        """);
    assertCode(luhproc.run("up"), ExitCode.SUCCESS);
    Started start = luhproc.start("start", "slow");
    LuhprocExtension.await("the launch", () -> status("slow").contains("starting"));
    long service = luhproc.pid("slow");

    kill("KILL", luhproc.daemonPid());

    Result killed = luhproc.finish(start);
    assertCode(killed, ExitCode.NOT_RUNNING);
    assertThat(killed.err()).contains("it has ended during the request; see luhproc status");
    assertThat(LuhprocExtension.isAlive(service)).isTrue();
    assertCode(luhproc.run("status"), ExitCode.NOT_RUNNING);
    assertCode(luhproc.run("up", "--timeout=0"), ExitCode.SUCCESS);
    assertThat(luhproc.pid("slow")).isEqualTo(service);
  }

  private String status(String service) {
    try {
      return luhproc.run("status", service).out();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void followersEndWhenDaemonIsKilledAndNoneIsWaitedFor() throws Exception {
    luhproc.configure("[services.web]\ncommand = \"echo hello; exec sleep 600\"\n");
    assertCode(luhproc.run("up"), ExitCode.SUCCESS);
    Started events = luhproc.start("events", "--all", "--reconnect=0");
    Started logs = luhproc.start("logs", "-f", "--reconnect=0");
    LuhprocExtension.await("the first event", () -> events.out().contains("service_added"));
    LuhprocExtension.await("the first line", () -> logs.out().contains("hello"));

    kill("KILL", luhproc.daemonPid());

    assertCode(luhproc.finish(events), ExitCode.NOT_RUNNING);
    assertCode(luhproc.finish(logs), ExitCode.NOT_RUNNING);
    assertCode(luhproc.run("up"), ExitCode.SUCCESS);
  }

  @Test
  void linesContinueWithoutGapWhenKilledDaemonIsStartedAgain() throws Exception {
    luhproc.configure(
        """
        # The shell would report a sleep that ends by the signal of a stop.
        [services.count]
        command = "exec 2>/dev/null; i=0; while :; do i=$((i+1)); echo line $i; sleep 0.002; done"
        logs = { max_size = "4KiB", max_backups = 1000, name = "{process} {date}.log" }
        [services.web]
        command = "echo hello; exec sleep 600"
        """);
    assertCode(luhproc.run("up"), ExitCode.SUCCESS);
    Started logs = luhproc.start("logs", "count", "-f", "-n", "all");
    Started quiet = luhproc.start("logs", "web", "-f", "-n", "0");
    for (int i = 1; i <= 2; i++) {
      int before = lines(logs);
      LuhprocExtension.await("lines", () -> lines(logs) > before + 100);
      kill("KILL", luhproc.daemonPid());
      LuhprocExtension.await("the message", () -> logs.err().contains("the daemon has ended"));
      assertCode(luhproc.run("up"), ExitCode.SUCCESS);
    }
    int before = lines(logs);
    LuhprocExtension.await("lines", () -> lines(logs) > before + 100);
    luhproc.configure("[services.web]\ncommand = \"echo hello; exec sleep 600\"\n");
    assertCode(luhproc.run("reload"), ExitCode.SUCCESS);

    Result result = luhproc.finish(logs);
    assertCode(result, ExitCode.SUCCESS);
    List<String> numbers = result.out().lines().toList();
    assertThat(numbers)
        .isEqualTo(IntStream.rangeClosed(1, numbers.size()).mapToObj(it -> "line " + it).toList());
    assertThat(quiet.out()).isEmpty();
    quiet.process().destroy();
  }

  private static int lines(Started command) {
    return (int) command.out().lines().count();
  }

  @Test
  void linesAndEventsContinueWhenDaemonWasStoppedInOrder() throws Exception {
    luhproc.configure("[services.web]\ncommand = \"echo hello; exec sleep 600\"\n");
    assertCode(luhproc.run("up"), ExitCode.SUCCESS);
    Started events = luhproc.start("events", "--all");
    Started logs = luhproc.start("logs", "-f");
    LuhprocExtension.await("the first event", () -> events.out().contains("service_added"));
    LuhprocExtension.await("the first line", () -> logs.out().equals("hello\n"));

    assertCode(luhproc.run("down"), ExitCode.SUCCESS);
    assertCode(luhproc.run("up"), ExitCode.SUCCESS);

    LuhprocExtension.await("the second line", () -> logs.out().equals("hello\nhello\n"));
    LuhprocExtension.await("the second start", () -> count(events, "service_added") == 2);
    kill("INT", logs.process().pid());
    kill("INT", events.process().pid());
    assertThat(luhproc.finish(logs).out()).isEqualTo("hello\nhello\n");
    Result result = luhproc.finish(events);
    assertThat(result.out().lines()).doesNotHaveDuplicates();
    assertThat(result.err().lines())
        .containsExactly("luhproc: the daemon has ended; waiting 30s for it to be started again");
  }

  private static long count(Started command, String text) {
    return command.out().lines().filter(it -> it.contains(text)).count();
  }

  @Test
  void foregroundDaemonStopsAllAtTerm() throws Exception {
    luhproc.configure(WEB);
    Started daemon = luhproc.start("up", "--foreground");
    LuhprocExtension.await("the service", () -> isUp("web"));
    long web = luhproc.pid("web");

    kill("TERM", daemon.process().pid());

    assertCode(luhproc.finish(daemon), ExitCode.SUCCESS);
    assertThat(LuhprocExtension.isAlive(web)).isFalse();
  }

  private boolean isUp(String service) {
    return status(service).contains("running");
  }

  @Test
  void secondDaemonOfSameConfigurationIsRefused() throws Exception {
    luhproc.configure(WEB);
    assertCode(luhproc.run("up"), ExitCode.SUCCESS);

    Result second = luhproc.run("up", "--foreground");

    assertCode(second, ExitCode.BUSY);
    assertThat(second.err()).contains("supervised already", "stop that one");
    assertCode(luhproc.run("status"), ExitCode.SUCCESS);
  }

  @Test
  void secondDaemonAfterChangeOfDirectoryIsRefused() throws Exception {
    luhproc.configure("[supervisor]\ndirectory = \"one\"\n" + WEB);
    assertCode(luhproc.run("up"), ExitCode.SUCCESS);
    luhproc.configure("[supervisor]\ndirectory = \"two\"\n" + WEB);

    Result second = luhproc.run("up", "--foreground");

    assertCode(second, ExitCode.BUSY);
    assertThat(second.err()).contains("in the former directory " + luhproc.folder() + "/one");
    assertCode(luhproc.run("down"), ExitCode.SUCCESS);
    assertCode(luhproc.run("up"), ExitCode.SUCCESS);
    assertThat(luhproc.folder().resolve("two/http.sock")).exists();
  }

  @Test
  void exitConditionEndsDaemonWithCodeOfService() throws Exception {
    luhproc.configure(
        WEB
            + """
            [services.job]
            command = "exit 7"
            restart = "never"
            [services.fine]
            command = "true"
            restart = "never"
            """);

    assertThat(luhproc.run("up", "--foreground", "--exit-when", "job=failed").code()).isEqualTo(7);
    assertThat(luhproc.run("up", "--foreground", "--exit-when", "job=exited").code()).isEqualTo(7);
    assertCode(luhproc.run("up", "--foreground", "--exit-when=fine=exited"), ExitCode.SUCCESS);
    assertCode(luhproc.run("up", "--foreground", "--exit-when=nope=exited"), ExitCode.NOT_RUNNING);
    assertCode(luhproc.run("up", "--foreground", "--exit-when=job=gone"), ExitCode.USAGE);
    assertCode(luhproc.run("up", "--exit-when=job=exited"), ExitCode.USAGE);
    assertCode(luhproc.run("status"), ExitCode.NOT_RUNNING);
  }

  @Test
  void stormOfHangupsReloadsWithoutTouchingUnchangedServices() throws Exception {
    luhproc.configure(WEB);
    assertCode(luhproc.run("up"), ExitCode.SUCCESS);
    long web = luhproc.pid("web");
    long daemon = luhproc.daemonPid();
    luhproc.configure(WEB + "[services.added]\ncommand = [\"sleep\", \"600\"]\n");

    Result storm = luhproc.shell("for i in {1..500}; do kill -HUP " + daemon + "; done");

    assertCode(storm, ExitCode.SUCCESS);
    LuhprocExtension.await("the added service", () -> isUp("added"));
    assertThat(luhproc.daemonPid()).isEqualTo(daemon);
    assertThat(luhproc.pid("web")).isEqualTo(web);
  }

  @Test
  void hangupWithBadConfigurationChangesNothing() throws Exception {
    luhproc.configure(WEB);
    Started daemon = luhproc.start("up", "--foreground");
    LuhprocExtension.await("the service", () -> isUp("web"));
    luhproc.configure("[services.web]\ncommand = 5\n");

    kill("HUP", daemon.process().pid());

    LuhprocExtension.await("the message", () -> daemon.err().contains("nothing is changed"));
    assertThat(daemon.err()).contains(luhproc.config() + ":2:1: ");
    assertThat(isUp("web")).isTrue();
    Result reload = luhproc.run("reload");
    assertCode(reload, ExitCode.USAGE);
    assertThat(reload.err()).contains(luhproc.config() + ":2:1: ");
    assertCode(luhproc.run("down"), ExitCode.SUCCESS);
    assertCode(luhproc.finish(daemon), ExitCode.SUCCESS);
  }

  @Test
  void daemonOnFullDiskIsRefusedWithRemedyAndStartsOnceThereIsSpace() throws Exception {
    luhproc.configure("[supervisor]\ndirectory = \"disk/run\"\n[shipping]\n" + SHIPPING + WEB);
    String inNamespace = "unshare --mount --propagation private ";
    Files.createDirectory(luhproc.folder().resolve("disk"));
    String mount = "mount -t tmpfs -o size=256k,mode=700 none disk";
    Assumptions.assumeThat(luhproc.shell(inNamespace + mount).code())
        .as("this user can mount in a private namespace")
        .isZero();

    Result result =
        luhproc.shell(
            """
            export -f luhproc
            %s bash -c '
            %s
            fill() { head -c 1M /dev/zero > disk/filler; }
            fill
            luhproc up; echo "full: $?"
            rm disk/filler
            luhproc up; echo "free: $?"
            cat disk/run/http.token | wc -c
            fill
            luhproc status web; echo "full again: $?"
            luhproc down; echo "down: $?"
            luhproc up; echo "full: $?"
            rm disk/filler
            luhproc up; echo "free: $?"
            luhproc down' 2>&1
            """
                .formatted(inNamespace, mount));

    assertThat(result.out().lines().filter(it -> it.matches("[0-9]+|[a-z ]+: [0-9]+")))
        .as(result::toString)
        .containsExactly(
            "full: 10", "free: 0", "65", "full again: 0", "down: 0", "full: 10", "free: 0");
    assertThat(result.out()).contains("No space left on device; check that its disk is not full");
  }
}
