package io.luhproc.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.Signal;
import io.luhproc.service.Command;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForeignFormatsTest {
  @TempDir Path folder;
  private ConfigFolder files;

  @BeforeEach
  void createFiles() {
    files = new ConfigFolder(folder);
  }

  private static ProcessSpec only(ServiceSpec service) {
    assertThat(service.processes()).hasSize(1);
    return service.processes().get(0);
  }

  @Test
  void programsAreRead() {
    DaemonConfig config =
        files.loadText(
            """
            listen = "localhost:3000"
            [programs.echo]
            command = "echo"
            args = ["hello", "world"]
            autorestart = true
            logfile = "/tmp/echo.log"
            [programs.once]
            command = "true"
            """);

    assertThat(config.listen()).contains(new ListenAddress("localhost", 3000));
    assertThat(config.services()).extracting(ServiceSpec::name).containsExactly("echo", "once");
    ProcessSpec echo = only(config.services().get(0));
    assertThat(echo.command()).isEqualTo(new Command.Program(List.of("echo", "hello", "world")));
    assertThat(echo.restart()).isEqualTo(RestartPolicy.always());
    assertThat(only(config.services().get(1)).restart()).isEqualTo(RestartPolicy.never());
    assertThat(files.warnings(config))
        .containsExactly(
            "a.toml:6:1: logfile of [programs.echo] is not used: the output is in the directory of"
                + " the process");
  }

  @Test
  void programsWithEmptyListenHaveNoHttp() {
    assertThat(files.loadText("listen = \"\"\n[programs.a]\ncommand = \"x\"").listen()).isEmpty();
  }

  @Test
  void mistakesInProgramsAreReported() {
    assertThat(files.errorsOfText("lisen = \"\"\n[programs.a]\nargs = 5\nautorestrt = true"))
        .containsExactly(
            "a.toml:1:1: key lisen of the file is unknown; did you mean listen?",
            "a.toml:2:1: [programs.a] must have a command",
            "a.toml:3:1: args must be a string, not an integer",
            "a.toml:4:1: key autorestrt of [programs.a] is unknown; did you mean autorestart?");
  }

  @Test
  void folderOfServicesIsRead() {
    files.write(
        "services/app.toml",
        """
        [service]
        name = "app"
        exec = "/bin/sh -c 'echo app; sleep 300'"
        dir = "/srv"
        env = { PORT = "80" }
        status = "stop"
        class = "system"
        [dependencies]
        requires = ["database"]
        after = ["database"]
        [lifecycle]
        restart = "always"
        restart_delay_ms = 1000
        restart_delay_max_ms = 30000
        max_restarts = 5
        stability_period_ms = 60000
        start_timeout_ms = 10000
        stop_timeout_ms = 20000
        stop_signal = "SIGINT"
        [health]
        type = "tcp"
        target = "localhost:80"
        interval_ms = 2000
        retries = 4
        [logging]
        buffer_lines = 100
        """);
    files.write(
        "services/database.toml", "[service]\nexec = \"db\"\noneshot = true\n[dependencies]\n");

    DaemonConfig config = files.load("services");

    ServiceSpec app = config.services().get(0);
    ProcessSpec process = only(app);
    assertThat(app.autostart()).isFalse();
    assertThat(app.dependencies().requires()).containsExactly("database");
    assertThat(process.command()).isEqualTo(new Command.Shell("/bin/sh -c 'echo app; sleep 300'"));
    assertThat(process.execContext().directory()).contains(Path.of("/srv"));
    assertThat(process.execContext().environment()).isEqualTo(Map.of("PORT", "80"));
    assertThat(process.restart())
        .isEqualTo(
            RestartPolicy.always()
                .delay(Duration.ofSeconds(1))
                .maxDelay(Duration.ofSeconds(30))
                .maxRetries(5)
                .resetAfter(Duration.ofSeconds(60)));
    assertThat(process.start().timeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(process.stop().signal()).isEqualTo(Signal.INT);
    assertThat(process.stop().grace()).isEqualTo(Duration.ofSeconds(20));
    assertThat(process.health().orElseThrow().failureThreshold()).isEqualTo(4);
    assertThat(config.services().get(1).name()).isEqualTo("database");
    assertThat(only(config.services().get(1)).oneshot()).isTrue();
    assertThat(files.warnings(config))
        .containsExactly(
            "services/app.toml:7:1: class of [service] is not used: there is one class of"
                + " services",
            "services/app.toml:26:1: buffer_lines of [logging] is not used: the output is kept in"
                + " files, see [logs]");
  }

  @Test
  void mistakesInFolderOfServicesAreReportedTogether() {
    files.write("services/a.toml", "[service]\nexce = \"x\"\n");
    files.write("services/b.toml", "[lifecycle]\nrestart = \"maybe\"\n");

    assertThat(files.errors("services"))
        .containsExactly(
            "services/a.toml:1:1: [service] must have exec, the command",
            "services/a.toml:2:1: key exce of [service] is unknown; did you mean exec?",
            "services/b.toml:1:1: the file must have a table [service]");
    assertThat(files.errors(".")).containsExactly(".: the folder has no .toml file");
  }

  @Test
  void procfileIsRead() {
    files.write("Procfile", "# comment\nweb: ./run --port 80\n\nworker-1:  sleep 5  \n");

    DaemonConfig config = files.load("Procfile");

    assertThat(config.services()).extracting(ServiceSpec::name).containsExactly("web", "worker-1");
    assertThat(only(config.services().get(0)).command())
        .isEqualTo(new Command.Shell("./run --port 80"));
    assertThat(config.services().get(0).directory()).contains(folder);
  }

  @Test
  void mistakesInProcfileAreReported() {
    files.write("Procfile", "web: x\nnothing\nweb: y\n");

    assertThat(files.errors("Procfile"))
        .containsExactly(
            "Procfile:2:1: the line is not of the form name: command",
            "Procfile:3:1: service web is already defined at Procfile:1:1");
  }

  @Test
  void processComposeIsRead() {
    files.write(
        "process-compose.yaml",
        """
        version: "0.5"
        log_level: debug
        environment:
          - "COMMON=1"
        processes:
          db:
            command: postgres
            readiness_probe:
              http_get:
                host: 127.0.0.1
                port: 5432
                path: /ready
              initial_delay_seconds: 5
              period_seconds: 2
              failure_threshold: 3
          web:
            command: "run ${PORT:-80}"
            working_dir: "/srv"
            environment:
              - 'A=b=c'
            depends_on:
              db:
                condition: process_healthy
            availability:
              restart: on_failure
              backoff_seconds: 2
              max_restarts: 5
            shutdown:
              signal: 2
              timeout_seconds: 20
            namespace: front
            disabled: true
        """);

    DaemonConfig config = files.load("process-compose.yaml");

    ServiceSpec web = config.services().get(1);
    ProcessSpec process = only(web);
    assertThat(only(config.services().get(0)).health().orElseThrow().interval())
        .isEqualTo(Duration.ofSeconds(2));
    assertThat(only(config.services().get(0)).restart()).isEqualTo(RestartPolicy.never());
    assertThat(process.command()).isEqualTo(new Command.Shell("run 80"));
    assertThat(process.execContext().environment()).isEqualTo(Map.of("COMMON", "1", "A", "b=c"));
    assertThat(web.dependencies().requires()).containsExactly("db");
    assertThat(process.restart())
        .isEqualTo(RestartPolicy.onFailure().delay(Duration.ofSeconds(2)).maxRetries(5));
    assertThat(process.stop().signal()).isEqualTo(Signal.INT);
    assertThat(process.stop().grace()).isEqualTo(Duration.ofSeconds(20));
    assertThat(web.autostart()).isFalse();
    assertThat(files.warnings(config))
        .containsExactly(
            "process-compose.yaml:2:1: key log_level of the file is not used: it has no"
                + " counterpart",
            "process-compose.yaml:31:5: key namespace of [processes.web] is not used: it has no"
                + " counterpart");
  }

  @Test
  void graceOfProcessComposeMayBeShorterThanDefault() {
    files.write(
        "a.yaml", "processes:\n  a:\n    command: x\n    shutdown:\n      timeout_seconds: 1\n");

    ProcessSpec process = only(files.load("a.yaml").services().get(0));

    assertThat(process.stop().grace()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void mistakesInYamlAreReportedWithPosition() {
    files.write("a.yaml", "processes:\n  a:\n    command: [x\n");
    assertThat(files.errors("a.yaml"))
        .hasSize(1)
        .allMatch(it -> it.matches("a.yaml:\\d+:\\d+: .*"));

    files.write("a.yaml", "processes:\n  a:\n    command: x\n    command: y\n");
    assertThat(files.errors("a.yaml")).hasSize(1).allMatch(it -> it.contains("command"));

    files.write("a.yaml", "- a\n");
    assertThat(files.errors("a.yaml")).containsExactly("a.yaml: the file must be a YAML mapping");
  }
}
