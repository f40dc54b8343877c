package io.luhproc.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.Json;
import io.luhproc.cli.service.LuhprocExtension.Result;
import io.luhproc.cli.service.LuhprocExtension.Started;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The program with real daemons and services. */
@Tag("process")
final class LuhprocProcessTest {
  private static final String SERVICES =
      """
      [services.web]
      command = "echo hello; exec sleep 600"
      groups = ["front"]
      [services.job]
      command = ["true"]
      oneshot = true
      """;

  @RegisterExtension final LuhprocExtension luhproc = new LuhprocExtension();

  private static void assertCode(Result result, ExitCode code) {
    assertThat(result.code()).as(result::toString).isEqualTo(code.code());
  }

  @Test
  void daemonRunsBetweenUpAndDown() throws Exception {
    luhproc.configure(SERVICES);

    Result up = luhproc.run("up");
    assertCode(up, ExitCode.SUCCESS);
    assertThat(up.out()).contains("web  running", "job  exited");
    long web = luhproc.pid("web");
    long daemon = luhproc.daemonPid();
    assertCode(luhproc.run("status"), ExitCode.SUCCESS);
    assertCode(luhproc.run("status", "job"), ExitCode.NOT_RUNNING);
    assertThat(luhproc.run("status", "w*", "web", "-o", "json").out())
        .isEqualTo(luhproc.run("status", "front", "-o", "json").out())
        .startsWith("[{\"name\":\"web\",\"running\":true,");

    assertCode(luhproc.run("down"), ExitCode.SUCCESS);

    assertThat(LuhprocExtension.isAlive(web)).isFalse();
    assertThat(LuhprocExtension.isAlive(daemon)).isFalse();
    assertCode(luhproc.run("status"), ExitCode.NOT_RUNNING);
  }

  @Test
  void classArchiveIsMadeWithFieldsThatDaemonSends() throws Exception {
    luhproc.configure("[services.web]\ncommand = \"exit 1\"\n");
    Result ignored = luhproc.run("up");

    Set<String> sent = fields(Json.parse(luhproc.run("status", "-o", "json").out()));

    assertThat(sent).contains("lastExit", "reason");
    assertThat(fields(Json.parse(ArchiveTraining.SERVICES))).containsAll(sent);
  }

  private static Set<String> fields(Object json) {
    Set<String> fields = new TreeSet<>();
    if (json instanceof Map<?, ?> object) {
      object.forEach(
          (name, value) -> {
            fields.add(String.valueOf(name));
            fields.addAll(fields(value));
          });
    } else if (json instanceof List<?> array) {
      array.forEach(element -> fields.addAll(fields(element)));
    }
    return fields;
  }

  @Test
  void daemonRunsOnThisMachineWhenEngineOfWorkersIsAnother() throws Exception {
    luhproc.configure(SERVICES);

    Result up = luhproc.shell("export LUHPROC_ENGINE=slurm:none; luhproc up");

    assertCode(up, ExitCode.SUCCESS);
    assertThat(LuhprocExtension.isAlive(luhproc.daemonPid())).isTrue();
  }

  @Test
  void commandsWithoutDaemonSayHowToStartIt() throws Exception {
    luhproc.configure(SERVICES);
    for (String command : new String[] {"status", "ps", "tree", "events", "logs", "reload"}) {
      Result result = luhproc.run(command);

      assertCode(result, ExitCode.NOT_RUNNING);
      assertThat(result.out()).isEmpty();
      assertThat(result.err())
          .isEqualTo(
              "luhproc: cannot reach the daemon of "
                  + luhproc.config()
                  + ": it is not running; run luhproc up\n");
    }
    assertThat(luhproc.state()).doesNotExist();
  }

  @Test
  void missingConfigurationListsPlaces() throws Exception {
    Result result = luhproc.run("up");

    assertCode(result, ExitCode.USAGE);
    assertThat(result.err()).contains("luhproc.toml", "Procfile", luhproc.folder().toString());
  }

  @Test
  void badConfigurationStartsNothingAndShowsAllErrors() throws Exception {
    luhproc.configure("[services.a]\ncomand = \"x\"\n[services.b]\ncommand = 5\n");

    for (String[] command : new String[][] {{"up"}, {"up", "--foreground"}, {"config", "check"}}) {
      Result result = luhproc.run(command);

      assertCode(result, ExitCode.USAGE);
      assertThat(result.out()).isEmpty();
      assertThat(result.err()).contains(luhproc.config() + ":2:1: ", luhproc.config() + ":4:1: ");
    }
    assertThat(luhproc.state()).doesNotExist();
    assertThat(luhproc.workers()).doesNotExist();
  }

  @Test
  void unknownNameStartsNothing() throws Exception {
    luhproc.configure(SERVICES);

    Result result = luhproc.run("up", "web", "nope");

    assertCode(result, ExitCode.NOT_RUNNING);
    assertThat(result.err()).contains("there is no service nope; known: job, web");
    assertThat(luhproc.state()).doesNotExist();
  }

  @Test
  void busyPortStartsNothing() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String listen = "127.0.0.1:" + busy.getLocalPort();
      luhproc.configure("[supervisor]\nlisten = \"" + listen + "\"\n" + SERVICES);

      Result result = luhproc.run("up");

      assertCode(result, ExitCode.START_FAILED);
      assertThat(result.err()).contains("cannot open the HTTP server on " + listen);
      assertThat(result.err()).doesNotContain("\tat ");
    }
    assertCode(luhproc.run("status"), ExitCode.NOT_RUNNING);
  }

  @Test
  void failedServiceIsReportedAndOthersRun() throws Exception {
    luhproc.configure(
        SERVICES
            + """
            [services.bad]
            command = "exit 3"
            restart = "never"
            [services.needy]
            command = ["sleep", "600"]
            requires = ["bad"]
            """);

    Result up = luhproc.run("up");

    assertCode(up, ExitCode.START_FAILED);
    assertThat(up.err()).contains("cannot start bad: exit code 3; see luhproc why bad");
    assertThat(up.err()).contains("cannot start needy: ");
    assertThat(up.out()).contains("web    running");
    assertCode(luhproc.run("wait", "bad", "--for=running"), ExitCode.START_FAILED);
    assertThat(luhproc.run("wait", "bad", "--for=exited").code()).isEqualTo(3);
  }

  @Test
  void simultaneousUpsStartOneDaemon() throws Exception {
    luhproc.configure(SERVICES);

    Started first = luhproc.start("up");
    Started second = luhproc.start("up");

    assertCode(luhproc.finish(first), ExitCode.SUCCESS);
    assertCode(luhproc.finish(second), ExitCode.SUCCESS);
    assertThat(luhproc.run("workers", "list", "-q").out()).hasLineCount(1);
  }

  @Test
  void controlCommandsChangeServices() throws Exception {
    luhproc.configure(SERVICES + "[services.other]\ncommand = [\"sleep\", \"600\"]\n");
    assertCode(luhproc.run("up", "web"), ExitCode.SUCCESS);

    assertThat(luhproc.run("status").out()).contains("other  inactive");
    assertThat(luhproc.run("up", "other").out()).startsWith("other: running, pid ");
    long web = luhproc.pid("web");
    assertThat(luhproc.run("restart", "web").out()).startsWith("web: running, pid ");
    assertThat(luhproc.pid("web")).isNotEqualTo(web);
    assertThat(luhproc.run("pause", "web").code()).isZero();
    assertThat(luhproc.run("ps", "web").out()).contains("paused");
    assertThat(luhproc.run("resume", "web").code()).isZero();
    assertCode(luhproc.run("signal", "KILL", "other"), ExitCode.SUCCESS);
    assertThat(luhproc.run("stop", "--all").out()).contains("web: stopped", "other: stopped");
    assertCode(luhproc.run("signal", "HUP", "web"), ExitCode.FAILURE);
    assertCode(luhproc.run("signal", "NOPE", "web"), ExitCode.USAGE);
    assertCode(luhproc.run("stop"), ExitCode.USAGE);
    assertCode(luhproc.run("start", "web", "-p", "nope"), ExitCode.NOT_RUNNING);
  }

  @Test
  void hostileNamesAreUnknownAndEscaped() throws Exception {
    luhproc.configure(SERVICES);
    assertCode(luhproc.run("up"), ExitCode.SUCCESS);
    for (String name :
        new String[] {"<b>web</b>", "web job", "%2e%2e", "..", "web%2Fstop", "a/b", "\u001b[31m"}) {
      for (String command : new String[] {"stop", "why", "logs"}) {
        Result result = luhproc.run(command, name);

        assertCode(result, ExitCode.NOT_RUNNING);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).doesNotContain("\u001b");
      }
    }
    assertCode(luhproc.run("status", "web"), ExitCode.SUCCESS);
  }

  @Test
  void closedPipeEndsCommandsWithoutFailure() throws Exception {
    luhproc.configure(
        "[services.web]\ncommand = \"yes | head -n 30000; while sleep 0.1; do echo y; done\"\n");
    assertCode(luhproc.run("up"), ExitCode.SUCCESS);

    Result result =
        luhproc.shell(
            """
            { luhproc events --all | head -n 1; echo ${PIPESTATUS[0]}; } &
            # An event after that on which head(1) ends: the command ends when it writes again.
            while kill -0 $!; do luhproc restart web; done >/dev/null 2>&1
            luhproc logs web --follow --grep y | head -n 1; echo ${PIPESTATUS[0]}
            luhproc logs web -n 10000 | head -n 1; echo ${PIPESTATUS[0]}
            """);

    assertThat(result.out().lines().skip(1))
        .as(result::toString)
        .containsExactly("0", "y", "0", "y", "0");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void configurationElsewhereIsFoundByOptionAndVariable() throws Exception {
    luhproc.configure("[supervisor]\ndirectory = \"run\"\n" + SERVICES);
    assertCode(luhproc.run("up"), ExitCode.SUCCESS);

    String file = luhproc.config().toString();
    assertCode(luhproc.shell("cd /; luhproc status -f " + file), ExitCode.SUCCESS);
    assertCode(luhproc.shell("cd /; luhproc -f " + file + " status"), ExitCode.SUCCESS);
    assertCode(luhproc.shell("cd /; LUHPROC_FILE=" + file + " luhproc ps"), ExitCode.SUCCESS);
    assertCode(luhproc.shell("mkdir -p a/b; cd a/b; luhproc ps"), ExitCode.SUCCESS);
    assertThat(Files.exists(luhproc.folder().resolve("run/http.sock"))).isTrue();
  }
}
