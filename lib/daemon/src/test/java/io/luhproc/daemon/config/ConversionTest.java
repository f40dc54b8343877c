package io.luhproc.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Converts files of other formats to the one of luhproc. */
final class ConversionTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("SHOP_PORT", "8080", "SHOP_SECRET", "opensesame");

  @TempDir Path folder;
  private ConfigFolder files = new ConfigFolder(Path.of(""));

  @BeforeEach
  void createFolder() {
    files = new ConfigFolder(folder);
    files.environment(ENVIRONMENT);
  }

  private String convert(String name) {
    return ConfigLoader.withEnvironment(ENVIRONMENT).convert(folder.resolve(name));
  }

  @Test
  void convertedProcessComposeHasTheSameServices() {
    files.write(
        "process-compose.yaml",
        """
        version: "0.5"
        environment:
          - "COMMON=1"
          - "SECRET=${SHOP_SECRET}"
        processes:
          db:
            command: "exec db --name \\"a\\\\b\\""
            working_dir: data
            readiness_probe:
              exec:
                command: "nc -z localhost 5432"
              period_seconds: 2
              timeout_seconds: 1
              initial_delay_seconds: 3
              success_threshold: 2
              failure_threshold: 4
            shutdown:
              signal: 2
              timeout_seconds: 40
              command: db stop
            ready_log_line: "up [1]"
          migrate:
            command: |
              first
              second
            depends_on:
              db: { condition: process_healthy }
          web:
            command: "web --port ${SHOP_PORT:-80} --template $${NAME} --home $HOME"
            environment: ["PORT=${SHOP_PORT}", "EQUATION=a=b", "OLD=$SHOP_PORT", "MONEY=5$$A $${X}"]
            depends_on:
              migrate: { condition: process_completed_successfully }
              _cache: { condition: process_started }
            availability: { restart: on_failure, backoff_seconds: 3, max_restarts: 5 }
            liveness_probe:
              http_get: { host: localhost, port: "${SHOP_PORT}", path: /health }
          _cache:
            environment: { NAMED: "$SHOP_PORT", PASSED: 1 }
            command: cache
            disabled: true
            replicas: 2
            availability: { restart: always, max_restarts: 0 }
            shutdown: { timeout_seconds: "3s" }
        """);

    files.write("luhproc.toml", convert("process-compose.yaml"));

    assertThat(files.load("luhproc.toml").services())
        .isEqualTo(files.load("process-compose.yaml").services());
  }

  @Test
  void referencesAreCopiedInsteadOfTheirValues() {
    files.write(
        "process-compose.yaml",
        "processes: { web: { command: 'web ${SHOP_PORT:-80}', environment: ['S=${SHOP_SECRET}']"
            + " }}");
    assertThat(convert("process-compose.yaml"))
        .contains("web ${SHOP_PORT:-80}", "S = \"${SHOP_SECRET}\"")
        .doesNotContain("opensesame", "8080");
  }

  @Test
  void convertedProcfileHasTheSameCommands() {
    files.write("Procfile", "web: serve -p ${PORT:-3000} \"$HOME\\x\"\n# none\nclock: tick\n");

    files.write("luhproc.toml", convert("Procfile"));

    assertThat(files.load("luhproc.toml").services())
        .extracting(it -> it.processes().get(0).command())
        .isEqualTo(
            files.load("Procfile").services().stream()
                .map(it -> it.processes().get(0).command())
                .toList());
  }

  @Test
  void servicesGetTheVariablesOfDotEnv() {
    files.write(".env", "PORT=1\n");
    files.write("Procfile", "web: serve\n");
    files.write("process-compose.yaml", "processes: { web: { command: serve } }");
    for (String name : List.of("Procfile", "process-compose.yaml")) {
      files.write("luhproc.toml", convert(name));
      assertThat(files.load("luhproc.toml").services().get(0).processes())
          .isEqualTo(files.load(name).services().get(0).processes());
    }
  }

  @Test
  void errorsOfTheFileAreReported() {
    files.write("process-compose.yaml", "processes: { web: { comand: x } }");
    assertThatThrownBy(() -> convert("process-compose.yaml"))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("must have a command");
  }
}
