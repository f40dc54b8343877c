package io.luhproc.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schema and the loader judge alike. */
class SchemaTest {
  private static final String RESTART =
      "restart = { condition = 'on-failure', delay = 0.5, jitter = 0.1, factor = 2,"
          + " success_codes = [0, 3], max_retries = 5 }";
  private static final String STOP =
      "stop = { signal = 'SIGINT', grace = '1m 30s', timeout = '1h' }";
  private static final String HEALTH =
      "health = { http = 'http://localhost:80/', expected_status = '200' }";
  private static final JsonSchema SCHEMA = JsonSchema.parse(ConfigLoader.schema());
  private static final Map<String, String> ENVIRONMENT = Map.of("X", "1");

  // Has each table that has keys of its own.
  private static final String ALL_TABLES =
      """
      [supervisor]
      tls = {}
      [shipping]
      [templates.t]
      [services.one]
      extends = "t"
      intensity = {}
      restart = {}
      stop = {}
      health = {}
      ready = {}
      limits.io = [{}]
      logs = {}
      [services.many.processes.p]
      restart = {}
      stop = {}
      health = {}
      ready = {}
      limits.io = [{}]
      logs = {}
      """;

  @TempDir Path folder;
  private ConfigFolder files;

  @BeforeEach
  void createFiles() {
    files = new ConfigFolder(folder);
    files.environment(ENVIRONMENT);
  }

  @Test
  void schemaHasExactlyTheKeysThatLoaderReads() {
    Path file = files.write("a.toml", ALL_TABLES);
    Set<String> read = new TreeSet<>();
    for (String key : ConfigLoader.withEnvironment(ENVIRONMENT).read(file).context().keys()) {
      read.add(
          key.replaceFirst("^services\\.(one|many)", "services.*")
              .replaceFirst("processes\\.p", "processes.*")
              .replaceFirst("^templates\\.t", "templates.*"));
    }
    Set<String> published = SCHEMA.keys();
    // The keys of a template are read as those of the services that extend it.
    published.removeIf(it -> it.startsWith("templates.*."));

    assertThat(published).isEqualTo(read);
  }

  private boolean schemaAccepts(String text) {
    Path file = files.write("a.toml", text);
    return TomlReader.read(file, new Problems()).filter(SCHEMA::accepts).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[services.a]\ncommand = 'x'",
        "[services.a]\ncommand = ['x', 'y']\ngroups = 'g'\nreplicas = 3",
        "[services.a.processes.p]\ncommand = 'x'\n[services.a]\nstrategy = 'one-for-all'",
        "[templates.t]\ncommand = 'x'\n[services.a]\nextends = 't'",
        "[templates.t.processes.p]\ncommand = 'x'\n[services.a]\nextends = 't'\nautostart = false",
        "[services.a]\ncommand = 'x'\nrestart = 'always'",
        "[services.a]\ncommand = 'x'\nrestart = '${MODE:-never}'\numask = '0027'\nnice = -5",
        "[services.a]\ncommand = 'x'\n" + RESTART,
        "[services.a]\ncommand = 'x'\n" + STOP,
        "[services.a]\ncommand = 'x'\nstart_timeout = 'PT10S'\nmin_ready_time = 5",
        "[services.a]\ncommand = 'x'\nready = { log = 'up' }\nstop = { only_parent = true }",
        "[services.a]\ncommand = 'x'\nready = 'notify'\nhealth = { heartbeat = '10s' }",
        "[services.a]\ncommand = 'x'\nhealth = { tcp = 'localhost:80', interval = '${X}s' }",
        "[services.a]\ncommand = 'x'\n" + HEALTH,
        "[services.a]\ncommand = 'x'\nlimits = { memory = '1.5GiB', pids = 10, cpu_percent = 150 }",
        "[services.a]\ncommand = 'x'\nlimits.io = [{ path = '/', read = 1000000 }]",
        "[services.a]\ncommand = 'x'\nlogs = { max_size = '10M', gzip = true, max_age = '7d' }",
        "[services.a]\ncommand = 'x'\nlogs.name = '{process} {date}.log'",
        "[services.a]\ncommand = 'x'\nlogs.name = '${NAME:-x}-{stream}-{date}.log'",
        "[services.a]\ncommand = 'x'\noutput = 'merged'\n" + "env = { A = 1, B = true, D = 1.5 }",
        "[services.a]\ncommand = 'x'\nintensity = { max_restarts = 3, period = '10s' }",
        "[services.a]\ncommand = 'x'\nengine = 'local:'\nnice = 5",
        "[services.a]\ncommand = 'x'\nengine = 'fake:${X}'",
        "[services.a.processes.p]\ncommand = 'x'\nengine = 'fake:batch'\nstop = { grace = 5 }",
        "[services.a]\ncommand = 'x'\nengine = 'fake:batch'\nready = { log = 'up' }",
        "[supervisor]\nlisten = 'localhost:8080'\ndirectory = 'x'",
        "[supervisor]\nlisten = ''",
        "[supervisor]\nlisten = '0.0.0.0:1'\ntls = { certificate = 'c', key = 'k' }",
        "[shipping]\nurl = 'http://localhost:8686'\nformat = 'otlp'\nheaders = { A = '${X}' }",
        "[shipping]\nurl = 'https://h/x?y'\nmask = 'x'\nbatch_lines = 5\nrejected = 'drop'",
      })
  void validFileIsAcceptedByBoth(String text) {
    assertThat(files.loadText(text)).isNotNull();
    assertThat(schemaAccepts(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unknown = 1",
        "[supervisor]\nlisten = 'localhost:1'\ntls = { certificate = 'c' }",
        "[supervisor]\nlisten = 'localhost:1'\ntls = { certificate = 'c', key = 5 }",
        "services = 5",
        "[services.a]",
        "[services.a]\ncommand = 5",
        "[services.a]\ncommand = []",
        "[services.a]\ncommand = [1]",
        "[services.a]\ncommand = 'x'\ncomand = 'y'",
        "[services.a]\ncommand = 'x'\nreplicas = 0",
        "[services.a]\ncommand = 'x'\nreplicas = '3'",
        "[services.a]\ncommand = 'x'\noneshot = 'yes'",
        "[services.a]\ncommand = 'x'\nrestart = 'sometimes'",
        "[services.a]\ncommand = 'x'\nrestart = { delay = '-1s' }",
        "[services.a]\ncommand = 'x'\nrestart = { delay = -1 }",
        "[services.a]\ncommand = 'x'\nrestart = { jitter = 2.0 }",
        "[services.a]\ncommand = 'x'\nrestart = { success_codes = 3 }",
        "[services.a]\ncommand = 'x'\nrestart = { success_codes = [300] }",
        "[services.a]\ncommand = 'x'\nstart_timeout = '10 parsecs'",
        "[services.a]\ncommand = 'x'\nstop = { signal = 15 }",
        "[services.a]\ncommand = 'x'\nstop = 'TERM'",
        "[services.a]\ncommand = 'x'\nready = 'soon'",
        "[services.a]\ncommand = 'x'\nready = {}",
        "[services.a]\ncommand = 'x'\nstop = { only_parent = 1 }",
        "[services.a]\ncommand = 'x'\nhealth = {}",
        "[services.a]\ncommand = 'x'\nhealth = { tcp = 'localhost:80', shell = 'x' }",
        "[services.a]\ncommand = 'x'\nhealth = { tcp = 'localhost' }",
        "[services.a]\ncommand = 'x'\nhealth = { http = 'http://localhost/' }",
        "[services.a]\ncommand = 'x'\nhealth = { shell = 'x', failure_threshold = 0 }",
        "[services.a]\ncommand = 'x'\nlimits = { memory = '5 apples' }",
        "[services.a]\ncommand = 'x'\nlimits = { memory = -1 }",
        "[services.a]\ncommand = 'x'\nlimits = { pids = 0 }",
        "[services.a]\ncommand = 'x'\nlimits.io = [{ read = 5 }]",
        "[services.a]\ncommand = 'x'\nlogs = { max_backups = 0 }",
        "[services.a]\ncommand = 'x'\nlogs = { name = 'out.log' }",
        "[services.a]\ncommand = 'x'\nlogs = { name = '../{date}.log' }",
        "[services.a]\ncommand = 'x'\nlogs = { name = 5 }",
        "[services.a]\ncommand = 'x'\numask = '0999'",
        "[services.a]\ncommand = 'x'\nnice = 50",
        "[services.a]\ncommand = 'x'\nenv = { A = [1] }",
        "[services.a]\ncommand = 'x'\nenv = ['A=1']",
        "[services.a]\ncommand = 'x'\nengine = 'batch'",
        "[services.a]\ncommand = 'x'\nengine = 'fake:a b'",
        "[services.a]\ncommand = 'x'\nengine = 'local:x'",
        "[services.a]\ncommand = 'x'\nengine = ['fake:batch']",
        "[services.a]\nengine = 'fake:batch'\n[services.a.processes.p]\ncommand = 'x'",
        "[services.a]\ncommand = 'x'\noutput = 'nowhere'",
        "[services.a]\ncommand = 'x'\nintensity = { max_restarts = 3 }",
        "[services.a]\ncommand = 'x'\n[services.a.processes.p]\ncommand = 'x'",
        "[services.a.processes.p]\nrestart = 'always'",
        "[services.a.processes.p]\ncommand = 'x'\nautostart = true",
        "[services.a]\nprocesses = {}",
        "[supervisor]\nlisten = 'localhost'",
        "[supervisor]\nport = 8080",
        "[shipping]\nformat = 'otlp'",
        "[shipping]\nurl = 'localhost:80'",
        "[shipping]\nurl = 'http://me:x@h/'",
        "[shipping]\nurl = 'http://h'\nbatch_lines = 0",
        "[shipping]\nurl = 'http://h'\nformat = 'syslog'",
      })
  void invalidFileIsRefusedByBoth(String text) {
    assertThat(files.errorsOfText(text)).as("loader").isNotEmpty();
    assertThat(schemaAccepts(text)).as("schema").isFalse();
  }
}
