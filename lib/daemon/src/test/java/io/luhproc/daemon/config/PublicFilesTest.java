package io.luhproc.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.HealthCheck;
import io.luhproc.service.Command;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.Readiness;
import io.luhproc.service.ServiceSpec;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files in the formats of other programs, with all that files of public projects have. */
class PublicFilesTest {
  @TempDir Path folder;
  private ConfigFolder files;

  @BeforeEach
  void createFiles() {
    files = new ConfigFolder(folder);
  }

  private ServiceSpec service(DaemonConfig config, String name) {
    return config.services().stream()
        .filter(it -> it.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private ProcessSpec process(DaemonConfig config, String name) {
    return service(config, name).processes().get(0);
  }

  private DaemonConfig compose(String text) {
    files.write("process-compose.yaml", text);
    return files.load("process-compose.yaml");
  }

  @Test
  void migrationThatOthersWaitForRunsOnce() {
    DaemonConfig config =
        compose(
            """
            version: "3"
            processes:
              ledger-db:
                command: docker compose up ledger-db
                readiness_probe:
                  exec:
                    command: "[ $(docker inspect -f '{{.State.Health.Status}}' db) = healthy ]"
                  period_seconds: 6
              migrate:
                command: ledger migrate && ledger seed
                depends_on:
                  ledger-db:
                    condition: process_healthy
              seed:
                command: ledger seed
                availability:
                  restart: on_failure
              api:
                command: ledger serve
                depends_on:
                  migrate:
                    condition: process_completed_successfully
                  seed:
                    condition: process_completed
            """);

    assertThat(process(config, "migrate").oneshot()).isTrue();
    assertThat(process(config, "seed").oneshot()).isTrue();
    assertThat(process(config, "api").oneshot()).isFalse();
    assertThat(service(config, "api").dependencies().requires()).containsExactly("migrate");
    assertThat(service(config, "api").dependencies().wants()).containsExactly("seed");
    assertThat(config.warnings()).isEmpty();
  }

  @Test
  void variablesWithoutBracesAreReplacedOutsideOfCommands() {
    files.environment(Map.of("API_PORT", "8081", "HOST_NAME", "db.local"));
    DaemonConfig config =
        compose(
            """
            environment:
              - DB_URL=postgres://$HOST_NAME:5432/x
              - PRICE=5$$
              - INHERITED
            processes:
              api:
                command: serve --port $API_PORT
                environment:
                  - PEER=http://localhost:$API_PORT
                  - EMPTY=$UNKNOWN_NAME
                readiness_probe:
                  http_get:
                    port: $API_PORT
                    path: /healthcheck
            """);

    ProcessSpec api = process(config, "api");
    assertThat(api.execContext().environment())
        .isEqualTo(
            Map.of(
                "DB_URL", "postgres://db.local:5432/x",
                "PRICE", "5$",
                "PEER", "http://localhost:8081",
                "EMPTY", ""));
    assertThat(api.health().orElseThrow().check())
        .isEqualTo(HealthCheck.http("http://127.0.0.1:8081/healthcheck"));
    assertThat(files.warnings(config))
        .containsExactly(
            "process-compose.yaml:1:1: variable INHERITED has no value: it is only inherited",
            "process-compose.yaml:8:5: variable UNKNOWN_NAME of environment is not set and counts"
                + " as empty");
  }

  @Test
  void dotEnvIsReadByProcessesAndForReferences() {
    files.write(".env", "ROOT_FOLDER=/srv/app\nTOKEN='x'\nMODE=file\n");
    files.environment(Map.of("MODE", "set"));
    DaemonConfig config =
        compose(
            """
            processes:
              core:
                working_dir: "${ROOT_FOLDER}/core"
                command: run
                environment: ["MODE=${MODE}"]
            """);

    ProcessSpec core = process(config, "core");
    assertThat(core.execContext().directory()).contains(Path.of("/srv/app/core"));
    assertThat(core.execContext().envFiles()).containsExactly(folder.resolve(".env"));
    assertThat(core.execContext().environment()).isEqualTo(Map.of("MODE", "set"));

    files.write(".env", "not a variable\n");
    assertThat(files.errors("process-compose.yaml")).anyMatch(it -> it.contains(".env:1"));
  }

  @Test
  void hiddenProcessesLoseTheirUnderscores() {
    DaemonConfig config =
        compose(
            """
            processes:
              __log:
                command: tail -f x.log
              web:
                command: run
                depends_on:
                  __log:
                    condition: process_started
            """);

    assertThat(service(config, "web").dependencies().after()).containsExactly("log");
    assertThat(files.warnings(config))
        .containsExactly("process-compose.yaml:2:3: process __log is called log here");
  }

  @Test
  void mergeKeysOfYamlAreHonoured() {
    DaemonConfig config =
        compose(
            """
            x-defaults: &defaults
              working_dir: /srv
              availability: { restart: always }
            x-more: &more
              disabled: true
              working_dir: /other
            processes:
              a:
                <<: *defaults
                command: one
              b:
                <<: [*defaults, *more]
                command: two
            """);

    assertThat(process(config, "a").execContext().directory()).contains(Path.of("/srv"));
    assertThat(process(config, "b").execContext().directory()).contains(Path.of("/srv"));
    assertThat(service(config, "b").autostart()).isFalse();
    assertThat(files.warnings(config))
        .containsExactly(
            "process-compose.yaml:1:1: key x-defaults of the file is not used: it has no"
                + " counterpart",
            "process-compose.yaml:4:1: key x-more of the file is not used: it has no counterpart");
  }

  @Test
  void templatesOfReplicasAndOtherKeysAreNamed() {
    DaemonConfig config =
        compose(
            """
            version: "0.5"
            is_strict: true
            log_configuration: { rotation: { max_size_mb: 1 } }
            shell: { shell_command: bash, shell_argument: -c }
            processes:
              server:
                command: "serve 404{{.PC_REPLICA_NUM}}"
                is_tty: true
                is_daemon: true
                ready_log_line: listening
                shutdown: { command: "stop it", parent_only: yes }
                availability: { exit_on_end: true }
              client:
                command: connect
                depends_on:
                  server: { condition: process_log_ready }
            """);

    assertThat(files.warnings(config))
        .extracting(it -> it.replaceAll("^[^ ]+ ", ""))
        .contains(
            "key is_strict of the file is not used: it has no counterpart",
            "key log_configuration of the file is not used: it has no counterpart",
            "key shell of the file is not used: it has no counterpart",
            "command of [processes.server] has {{..}}, which is not replaced",
            "key is_daemon of [processes.server] is not used: it has no counterpart",
            "key exit_on_end of [processes.server.availability] is not used: it has no"
                + " counterpart");
    ProcessSpec server = config.services().get(0).processes().get(0);
    assertThat(server.start().readiness()).isEqualTo(Readiness.logLine("\\Qlistening\\E"));
    assertThat(server.stop().command()).contains(new Command.Shell("stop it"));
    assertThat(server.stop().onlyParent()).isTrue();
    assertThat(files.warnings(config)).noneMatch(it -> it.contains("parent_only"));
  }

  @ParameterizedTest
  @CsvSource({
    "true, true", "yes, true", "Yes, true", "ON, true", "y, true",
    "false, false", "no, false", "No, false", "off, false", "n, false"
  })
  void booleansOfYaml11AreRead(String text, boolean expected) {
    DaemonConfig config =
        compose(
            """
            processes:
              a:
                command: x
                disabled: %1$s
                shutdown: { parent_only: %1$s }
            """
                .formatted(text));
    assertThat(config.services().get(0).autostart()).isEqualTo(!expected);
    assertThat(config.services().get(0).processes().get(0).stop().onlyParent()).isEqualTo(expected);
  }

  @Test
  void otherTextsAreNoBoolean() {
    files.write(
        "a.yaml",
        """
        processes:
          a:
            command: x
            disabled: maybe
            shutdown: { parent_only: 1 }
        """);
    assertThat(files.errors("a.yaml"))
        .hasSize(2)
        .allMatch(it -> it.contains("must be true or false"));
  }

  @Test
  void portThatIsNoNumberIsErrorByName() {
    files.write(
        "a.yaml",
        """
        processes:
          a:
            command: x
            readiness_probe:
              http_get: { port: "404{{.PC_REPLICA_NUM}}" }
        """);

    assertThat(files.errors("a.yaml"))
        .hasSize(1)
        .allMatch(it -> it.contains("port (404{{.PC_REPLICA_NUM}}) must be a number up to 65535"));
  }

  @Test
  void environmentMayBeTable() {
    DaemonConfig config =
        compose("processes:\n  a:\n    command: x\n    environment: { A: 1, B: text }\n");

    assertThat(process(config, "a").execContext().environment())
        .isEqualTo(Map.of("A", "1", "B", "text"));
  }

  @Test
  void procfileWithIndentedCommentsDotEnvAndPort() {
    files.write(".env", "RACK_ENV=development\n");
    files.write(
        "Procfile.dev",
        """
        # https://example.com: notes
        backend: bin/rails server -p ${PORT:-3000}
          # indented
        worker:   dotenv bundle exec sidekiq -C config/sidekiq.yml\r
        css: npm run build:css -- --watch
        release: bin/rails db:migrate
        web: gunicorn app:wsgi --bind 0.0.0.0:$PORT
        """);

    DaemonConfig config = files.load("Procfile.dev");

    assertThat(config.services())
        .extracting(ServiceSpec::name)
        .containsExactly("backend", "worker", "css", "release", "web");
    assertThat(process(config, "web").execContext().envFiles())
        .containsExactly(folder.resolve(".env"));
    assertThat(files.warnings(config))
        .containsExactly(
            "Procfile.dev:2:1: PORT of backend is not set: other programs set 5000, 5100 and so"
                + " on; set it in .env or in the command",
            "Procfile.dev:7:1: PORT of web is not set: other programs set 5000, 5100 and so on;"
                + " set it in .env or in the command");
  }
}
