package io.luhproc.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.luhproc.health.HealthCheck;
import io.luhproc.health.HttpCheck;
import io.luhproc.process.OutputMode;
import io.luhproc.process.Signal;
import io.luhproc.service.Command;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.Readiness;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.RestartStrategy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.StopPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuhprocFormatTest {
  @TempDir Path folder;
  private ConfigFolder files;

  @BeforeEach
  void createFiles() {
    files = new ConfigFolder(folder);
  }

  private ProcessSpec loadProcess(String keys) {
    return files.loadService("command = \"x\"\n" + keys).processes().get(0);
  }

  @Test
  void stringCommandRunsInShellAndArrayWithout() {
    DaemonConfig config =
        files.loadText(
            """
            [services.a]
            command = "echo $HOME"
            [services.b]
            command = ["sleep", "5"]
            """);

    assertThat(config.services())
        .flatExtracting(ServiceSpec::processes)
        .extracting(ProcessSpec::name, ProcessSpec::command)
        .containsExactly(
            tuple("a", new Command.Shell("echo $HOME")),
            tuple("b", new Command.Program(List.of("sleep", "5"))));
  }

  @Test
  void everyPropertyOfServiceIsRead() {
    ServiceSpec service =
        files
            .loadText(
                """
                [services.db]
                command = "x"
                [services.old]
                command = "x"
                [services.web]
                directory = "www"
                env = { A = "1", B = 2, C = true }
                after = ["db"]
                requires = ["db"]
                wants = "db"
                conflicts = ["old"]
                strategy = "one_for_all"
                intensity = { max_restarts = 3, period = "1m" }
                autostart = false
                processes.one.command = "x"
                processes.two.command = "y"
                """)
            .services()
            .get(2);

    assertThat(service.directory()).contains(folder.resolve("www"));
    assertThat(service.environment()).isEqualTo(Map.of("A", "1", "B", "2", "C", "true"));
    assertThat(service.dependencies().after()).containsExactly("db");
    assertThat(service.dependencies().requires()).containsExactly("db");
    assertThat(service.dependencies().wants()).containsExactly("db");
    assertThat(service.dependencies().conflicts()).containsExactly("old");
    assertThat(service.strategy()).isEqualTo(RestartStrategy.ONE_FOR_ALL);
    assertThat(service.intensity().maxRestarts()).isEqualTo(3);
    assertThat(service.intensity().period()).isEqualTo(Duration.ofMinutes(1));
    assertThat(service.autostart()).isFalse();
    assertThat(service.processes()).extracting(ProcessSpec::name).containsExactly("one", "two");
  }

  @Test
  void everyPropertyOfProcessIsRead() {
    ProcessSpec process =
        loadProcess(
            """
            oneshot = true
            directory = "/srv"
            env.PORT = 80
            env_file = ["a.env", "b.env"]
            user = "www"
            group = "web"
            umask = "0027"
            nice = 5
            output = "merged"
            exec_start_pre = "mkdir -p x"
            start_timeout = "20s"
            min_ready_time = 1.5
            reload_signal = "HUP"
            max_memory_restart = "300MiB"
            replicas = 2
            stop = { signal = "INT", grace = "40s", timeout = "1m" }
            logs = { max_size = "1MiB", max_backups = 2, max_age = "7d", gzip = true, name = "{date}.log" }
            """);

    assertThat(process.oneshot()).isTrue();
    assertThat(process.execContext().directory()).contains(Path.of("/srv"));
    assertThat(process.execContext().environment()).isEqualTo(Map.of("PORT", "80"));
    assertThat(process.execContext().envFiles())
        .containsExactly(folder.resolve("a.env"), folder.resolve("b.env"));
    assertThat(process.execContext().credentials().user()).contains("www");
    assertThat(process.execContext().credentials().group()).contains("web");
    assertThat(process.execContext().umask()).isEqualTo(OptionalInt.of(0027));
    assertThat(process.execContext().nice()).isEqualTo(OptionalInt.of(5));
    assertThat(process.output().mode()).isEqualTo(OutputMode.MERGED);
    assertThat(process.output().logs().maxBytes()).isEqualTo(1 << 20);
    assertThat(process.output().logs().maxBackups()).isEqualTo(2);
    assertThat(process.output().logs().maxAge()).isEqualTo(Duration.ofDays(7));
    assertThat(process.output().logs().gzip()).isTrue();
    assertThat(process.output().logs().name()).contains("{date}.log");
    assertThat(process.start().execStartPre()).contains(new Command.Shell("mkdir -p x"));
    assertThat(process.start().timeout()).isEqualTo(Duration.ofSeconds(20));
    assertThat(process.start().minReadyTime()).isEqualTo(Duration.ofMillis(1500));
    assertThat(process.stop().signal()).isEqualTo(Signal.INT);
    assertThat(process.stop().grace()).isEqualTo(Duration.ofSeconds(40));
    assertThat(process.stop().timeout()).isEqualTo(Duration.ofMinutes(1));
    assertThat(process.reload()).contains(Signal.HUP);
    assertThat(process.limits().maxMemoryRestart()).isEqualTo(OptionalLong.of(300 << 20));
    assertThat(process.replicas()).isEqualTo(2);
  }

  @Test
  void restartIsConditionOrTable() {
    assertThat(loadProcess("").restart()).isEqualTo(RestartPolicy.onFailure());
    assertThat(loadProcess("restart = \"always\"").restart()).isEqualTo(RestartPolicy.always());
    assertThat(loadProcess("restart = \"on_failure\"").restart())
        .isEqualTo(RestartPolicy.onFailure());
    assertThat(
            loadProcess(
                    """
                    [services.web.restart]
                    condition = "never"
                    max_retries = 4
                    delay = "2s"
                    max_delay = "9s"
                    factor = 1.5
                    jitter = 0
                    reset_after = "1m"
                    success_codes = [0, 3]
                    """)
                .restart())
        .isEqualTo(
            RestartPolicy.never()
                .maxRetries(4)
                .delay(Duration.ofSeconds(2))
                .maxDelay(Duration.ofSeconds(9))
                .factor(1.5)
                .jitter(0)
                .resetAfter(Duration.ofMinutes(1))
                .successCodes(Set.of(0, 3)));
  }

  @Test
  void graceAndTimeoutMayBothBeShorterThanDefault() {
    ProcessSpec process = loadProcess("stop = { grace = \"2s\", timeout = \"5s\" }");

    assertThat(process.stop().grace()).isEqualTo(Duration.ofSeconds(2));
    assertThat(process.stop().timeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void nameOfLogsWithoutDateIsReported() {
    assertThat(files.errorsOfText("[services.web]\ncommand = \"x\"\nlogs.name = \"web.log\""))
        .containsExactly(
            "a.toml:3:1: name: name (web.log) must contain {date}: only live files have a name"
                + " without a date");
  }

  @Test
  void graceThatIsNotShorterThanTimeoutIsReported() {
    assertThat(
            files.errorsOfText(
                "[services.web]\ncommand = \"x\"\nstop = { grace = \"5s\", timeout = \"5s\" }"))
        .hasSize(1)
        .allMatch(error -> error.startsWith("a.toml:3:1: [services.web.stop]: "));
  }

  @Test
  void everyPropertyOfHealthIsRead() {
    var health =
        loadProcess(
                """
                [services.web.health]
                http = "http://127.0.0.1:8080/health"
                expected_status = "200-299"
                interval = "3s"
                timeout = "2s"
                start_period = "30s"
                success_threshold = 2
                failure_threshold = 4
                restart_when_unhealthy = false
                """)
            .health()
            .orElseThrow();

    assertThat(health.check()).isInstanceOf(HttpCheck.class);
    assertThat(((HttpCheck) health.check()).expected()).isEqualTo("200-299");
    assertThat(health.interval()).isEqualTo(Duration.ofSeconds(3));
    assertThat(health.timeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(health.startPeriod()).isEqualTo(Duration.ofSeconds(30));
    assertThat(health.successThreshold()).isEqualTo(2);
    assertThat(health.failureThreshold()).isEqualTo(4);
    assertThat(health.restartWhenUnhealthy()).isFalse();
  }

  @Test
  void otherHealthChecksAreRead() {
    assertThat(loadProcess("health.tcp = \"[::1]:80\"").health().orElseThrow().check().describe())
        .isEqualTo("tcp [::1]:80");
    assertThat(loadProcess("health.exec = [\"true\"]").health().orElseThrow().check().describe())
        .isEqualTo("exec true");
    assertThat(loadProcess("health.shell = \"test -e x\"").health()).isPresent();
  }

  @Test
  void everyPropertyOfHttpCheckIsRead() {
    HttpCheck check =
        (HttpCheck)
            loadProcess(
                    """
                    [services.web.health]
                    http = "http://localhost:80/health"
                    method = "POST"
                    headers = { Authorization = "Bearer x", X-Try = 1 }
                    body = '"UP"'
                    unix_socket = "run/web.sock"
                    """)
                .health()
                .orElseThrow()
                .check();

    assertThat(check.method()).isEqualTo("POST");
    assertThat(check.headers()).isEqualTo(Map.of("Authorization", "Bearer x", "X-Try", "1"));
    assertThat(check.expectedBody()).contains("\"UP\"");
    assertThat(check.unixSocket()).contains(Path.of("run/web.sock"));
    HttpCheck tls =
        (HttpCheck)
            loadProcess(
                    "health = { http = \"https://localhost:443/\", trusted_certificates ="
                        + " \"ca.pem\" }")
                .health()
                .orElseThrow()
                .check();
    assertThat(tls.trustedCertificates()).contains(Path.of("ca.pem"));
  }

  @Test
  void socketAndHeartbeatChecksAreRead() {
    assertThat(health("health.unix = \"run/web.sock\""))
        .isEqualTo(HealthCheck.unixSocket(Path.of("run/web.sock")));
    assertThat(health("health.heartbeat = \"30s\""))
        .isEqualTo(HealthCheck.heartbeat(Duration.ofSeconds(30)));
    assertThat(health("health = { tcp = \"localhost:80\", answered_by_any_process = true }"))
        .isEqualTo(HealthCheck.tcp("localhost", 80).answeredByAnyProcess());
  }

  private HealthCheck health(String keys) {
    return loadProcess(keys).health().orElseThrow().check();
  }

  @Test
  void keyOfHttpCheckWithoutHttpIsReported() {
    assertThat(
            files.errorsOfText(
                "[services.web]\ncommand = \"x\"\nhealth = { tcp = \"localhost:80\", method ="
                    + " \"GET\" }"))
        .singleElement()
        .asString()
        .contains("method must be given with http");
  }

  @Test
  void invalidValueOfHttpCheckIsReportedAtItsKey() {
    assertThat(
            files.errorsOfText(
                """
                [services.web]
                command = "x"
                [services.web.health]
                http = "http://localhost:80/"
                method = "get it"
                body = "("
                headers = { "a b" = "1", Secret = "a\\u0001b" }
                trusted_certificates = "ca.pem"
                """))
        .hasSize(5)
        .noneMatch(error -> error.contains("a\u0001b"))
        .anyMatch(error -> error.startsWith("a.toml:5:1: method: "))
        .anyMatch(error -> error.startsWith("a.toml:6:1: body: "))
        .anyMatch(error -> error.startsWith("a.toml:7:1: headers: "))
        .anyMatch(error -> error.startsWith("a.toml:8:1: trusted_certificates: "));
  }

  @Test
  void readinessIsNotifyOrALineOfTheLog() {
    assertThat(loadProcess("ready = \"notify\"").start().readiness())
        .isEqualTo(Readiness.sdNotify());
    assertThat(loadProcess("ready = { log = 'port \\d+' }").start().readiness())
        .isEqualTo(Readiness.logLine("port \\d+"));
    assertThat(loadProcess("").start().readiness())
        .isEqualTo(Readiness.after(Duration.ofMillis(200)));
  }

  @Test
  void invalidReadinessIsReported() {
    assertThat(readinessErrors("ready = \"maybe\""))
        .containsExactly(
            "a.toml:3:1: ready: value (maybe) must be \"notify\" or { log = \"REGEX\" }");
    assertThat(readinessErrors("ready = { log = \"(\" }"))
        .singleElement()
        .asString()
        .contains("ready log (() must be a regular expression");
    assertThat(readinessErrors("ready = { line = \"x\" }"))
        .anyMatch(error -> error.contains("must have log, a regular expression"))
        .anyMatch(error -> error.contains("key line of [services.web.ready] is unknown"));
    assertThat(readinessErrors("ready = \"notify\"\nmin_ready_time = 1"))
        .containsExactly("a.toml:3:1: ready must not be given with min_ready_time");
    assertThat(readinessErrors("ready = { log = \"x\" }\noutput = \"inherit\""))
        .singleElement()
        .asString()
        .contains("must be given with an output to files");
  }

  private List<String> readinessErrors(String keys) {
    return files.errorsOfText("[services.web]\ncommand = \"x\"\n" + keys);
  }

  @Test
  void stopCommandAndParentOnlyAreRead() {
    StopPolicy stop =
        loadProcess("stop = { command = [\"nginx\", \"-s\", \"quit\"], only_parent = true }")
            .stop();
    assertThat(stop.command()).contains(new Command.Program(List.of("nginx", "-s", "quit")));
    assertThat(stop.onlyParent()).isTrue();
    assertThat(loadProcess("stop.command = \"kill -QUIT $MAINPID\"").stop().command())
        .contains(new Command.Shell("kill -QUIT $MAINPID"));
    assertThat(loadProcess("stop.grace = \"1s\"").stop().command()).isEmpty();
  }

  @Test
  void emptyStopCommandIsReported() {
    assertThat(readinessErrors("stop = { command = [] }"))
        .singleElement()
        .asString()
        .contains("command: command ([]) must name a program");
  }

  @Test
  void limitsAreRead() {
    var limits =
        loadProcess(
                """
                [services.web.limits]
                memory = "64MiB"
                memory_swap = 0
                cpu_percent = 50
                pids = 20
                io = [{ path = "/dev/sda", read = "1MiB" }]
                """)
            .limits()
            .resources();

    assertThat(limits.memory()).isEqualTo(OptionalLong.of(64 << 20));
    assertThat(limits.memorySwap()).isEqualTo(OptionalLong.of(0));
    assertThat(limits.cpuPercent()).isEqualTo(OptionalInt.of(50));
    assertThat(limits.pids()).isEqualTo(OptionalLong.of(20));
    assertThat(limits.io().get(0).path()).isEqualTo(Path.of("/dev/sda"));
    assertThat(limits.io().get(0).readBytesPerSecond()).isEqualTo(OptionalLong.of(1 << 20));
    assertThat(limits.io().get(0).writeBytesPerSecond()).isEmpty();
  }

  @Test
  void supervisorSectionIsRead() {
    DaemonConfig config =
        files.loadText("[supervisor]\nlisten = \"localhost:7070\"\ndirectory = \"run\"\n");

    assertThat(config.listen()).contains(new ListenAddress("localhost", 7070));
    assertThat(config.directory()).contains(folder.resolve("run"));
    assertThat(files.loadText("[supervisor]\nlisten = \"\"").listen()).isEmpty();
    assertThat(files.loadText("").listen()).isEmpty();
    assertThat(files.loadText("[supervisor]\nlisten = \"localhost:65535\"").listen()).isPresent();
    assertThat(files.errorsOfText("[supervisor]\nlisten = \"localhost:65536\"")).hasSize(1);
  }

  @Test
  void serviceBelongsToSeveralGroups() {
    DaemonConfig config =
        files.loadText(
            """
            [services.a]
            command = "x"
            groups = ["web", "all"]
            [services.b]
            command = "x"
            groups = "all"
            """);

    assertThat(config.groups()).isEqualTo(Map.of("web", Set.of("a"), "all", Set.of("a", "b")));
  }

  @Test
  void serviceTakesMissingKeysFromItsTemplates() {
    ServiceSpec service =
        files
            .loadText(
                """
                [templates.base]
                restart = "always"
                env = { A = "base", B = "base" }
                [templates.java]
                extends = "base"
                nice = 3
                [services.web]
                extends = "java"
                command = "x"
                env = { B = "web" }
                """)
            .services()
            .get(0);

    ProcessSpec process = service.processes().get(0);
    assertThat(process.restart()).isEqualTo(RestartPolicy.always());
    assertThat(process.execContext().nice()).isEqualTo(OptionalInt.of(3));
    assertThat(process.execContext().environment()).isEqualTo(Map.of("A", "base", "B", "web"));
  }

  @Test
  void templatesThatDoNotExistOrExtendEachOtherAreReported() {
    assertThat(
            files.errorsOfText(
                """
                [templates.base]
                extends = "other"
                [templates.other]
                extends = "base"
                [services.a]
                extends = "bse"
                [services.b]
                extends = "base"
                """))
        .containsExactly(
            "a.toml:4:1: templates extend each other: base -> other",
            "a.toml:6:1: template bse does not exist; did you mean base?");
  }

  @Test
  void includedFilesAddServicesInOrderOfTheirNames() {
    files.write("conf.d/2.toml", "[services.two]\ncommand = \"x\"\ndirectory = \"data\"");
    files.write("conf.d/1.toml", "[services.one]\ncommand = \"x\"\n");
    files.write("conf.d/3.txt", "not TOML");

    DaemonConfig config =
        files.loadText(
            "include = [\"conf.d/*.toml\", \"none.d/*.toml\"]\n[services.zero]\ncommand = \"x\"");

    assertThat(config.services())
        .extracting(ServiceSpec::name)
        .containsExactly("zero", "one", "two");
    assertThat(config.services().get(2).processes().get(0).execContext().directory())
        .contains(folder.resolve("conf.d/data"));
  }

  @Test
  void fileThatIncludesItselfIsReadOnce() {
    assertThat(files.loadText("include = [\"*.toml\"]\n[services.a]\ncommand = \"x\"").services())
        .hasSize(1);
  }

  @Test
  void serviceDefinedTwiceIsReportedWithBothPlaces() {
    files.write("b.toml", "\n[services.web]\ncommand = \"x\"");

    assertThat(files.errorsOfText("include = [\"b.toml\"]\n[services.web]\ncommand = \"x\""))
        .containsExactly("b.toml:2:1: service web is already defined at a.toml:2:1");
  }

  @Test
  void missingIncludedFileIsReported() {
    assertThat(files.errorsOfText("include = [\"b.toml\"]"))
        .containsExactly("b.toml: the file does not exist");
  }

  @Test
  void allErrorsAreReportedAtOnceWithPositionAndNearestKey() {
    assertThat(
            files.errorsOfText(
                """
                [supervisor]
                lisen = "localhost:1"
                [services.web]
                comand = "x"
                nice = "5"
                start_timeout = "soon"
                restart = "sometimes"
                replicas = 0
                requires = ["dbb"]
                [services.db]
                command = 5
                umask = "0999"
                [services.db.health]
                tcp = "localhost"
                intervall = 3
                """))
        .containsExactly(
            "a.toml:2:1: key lisen of [supervisor] is unknown; did you mean listen?",
            "a.toml:3:1: [services.web] must have a command: a string for the shell, or an array",
            "a.toml:3:1: replicas (0) must be from 1 to 1000",
            "a.toml:3:1: service web names dbb, which is not defined; did you mean db?",
            "a.toml:4:1: key comand of [services.web] is unknown; did you mean command?",
            "a.toml:5:1: nice must be an integer, not a string",
            "a.toml:6:1: start_timeout: duration (soon) must be a number and ms, s, m, h or d:"
                + " 500ms, 10s, 1h 30m",
            "a.toml:7:1: restart (sometimes) must be one of always, on-failure, never",
            "a.toml:11:1: command must be a string, not an integer",
            "a.toml:12:1: umask: umask (0999) must be an octal number such as \"0027\"",
            "a.toml:14:1: tcp: address (localhost) must be host:port, such as localhost:8080 or"
                + " [::1]:8080",
            "a.toml:15:1: key intervall of [services.db.health] is unknown; did you mean"
                + " interval?");
  }

  @Test
  void allSyntaxErrorsAreReportedWithPosition() {
    assertThat(files.errorsOfText("[services.a]\ncommand = \n[services.b]\ncommand = \"x\n"))
        .hasSizeGreaterThan(1)
        .allMatch(error -> error.matches("a\\.toml:\\d+:\\d+: .*"));
  }

  @Test
  void duplicateKeyIsReported() {
    assertThat(files.errorsOfText("[services.a]\ncommand = \"x\"\ncommand = \"y\""))
        .hasSize(1)
        .allMatch(error -> error.startsWith("a.toml:3:1: "));
  }

  @Test
  void cycleOfDependenciesIsReported() {
    assertThat(
            files.errorsOfText(
                """
                [services.a]
                command = "x"
                requires = ["b"]
                [services.b]
                command = "x"
                requires = ["a"]
                """))
        .hasSize(1)
        .allMatch(error -> error.contains("a -> b"));
  }

  @Test
  void variablesAreReplaced() {
    files.environment(Map.of("PORT", "8080", "EMPTY", ""));

    assertThat(
            files
                .loadService(
                    """
                    command = "run ${PORT} ${HOST:-localhost} ${EMPTY:-e} $HOME $${X} ${EMPTY}"
                    """)
                .processes()
                .get(0)
                .command())
        .isEqualTo(new Command.Shell("run 8080 localhost e $HOME ${X} "));
    assertThat(loadProcess("start_timeout = \"${T:-5s}\"").start().timeout())
        .isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void variableThatIsNotSetIsReportedWithoutValues() {
    assertThat(files.errorsOfText("[services.a]\ncommand = \"run ${HSOT} ${\""))
        .containsExactly(
            "a.toml:2:1: variable HSOT is not set; set it, write ${HSOT:-default}, or $${HSOT} to"
                + " leave it to the shell",
            "a.toml:2:1: ${ is no valid reference; write ${NAME}, ${NAME:-default}, or $${ for the"
                + " characters");
  }

  @Test
  void nameOfServiceIsChecked() {
    assertThat(files.errorsOfText("[services.\"a b\"]\ncommand = \"x\""))
        .hasSize(1)
        .allMatch(error -> error.startsWith("a.toml:1:1: service name (a b) must have"));
  }

  @Test
  void optionalEmptyFileHasNoService() {
    assertThat(files.loadText("").services()).isEqualTo(List.of());
    assertThat(Optional.of(files.loadText("# only a comment\n").warnings())).contains(List.of());
  }
}
