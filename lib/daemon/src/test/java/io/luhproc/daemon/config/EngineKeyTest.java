package io.luhproc.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.Readiness;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The key {@code engine} of a process. */
class EngineKeyTest {
  private static final String REMOTE = "[services.web]\ncommand = 'x'\nengine = 'fake:batch'\n";

  @TempDir Path folder;
  private ConfigFolder files;

  @BeforeEach
  void createFiles() {
    files = new ConfigFolder(folder);
  }

  @Test
  void engineOfServiceProcessAndTemplateIsRead() {
    files.environment(Map.of("WHERE", "fake:env"));
    DaemonConfig config =
        files.loadText(
            """
            [templates.far]
            engine = "fake:template"
            [services.a]
            command = "x"
            engine = "fake:a"
            replicas = 3
            env = { A = "1" }
            stop = { signal = "TERM", grace = "1m", timeout = "5m", only_parent = true }
            output = "files"
            [services.b]
            extends = "far"
            command = "x"
            [services.c]
            command = "x"
            engine = "${WHERE}"
            [services.d.processes.here]
            command = "x"
            nice = 5
            [services.d.processes.there]
            command = ["x"]
            engine = "fake:d"
            min_ready_time = 5
            start_timeout = "1h"
            """);

    assertThat(config.services())
        .flatExtracting(service -> service.processes())
        .extracting(ProcessSpec::name, it -> it.engine().orElse("none"))
        .map(it -> it.toList().toString())
        .containsExactly(
            "[a, fake:a]",
            "[b, fake:template]",
            "[c, fake:env]",
            "[here, none]",
            "[there, fake:d]");
  }

  @Test
  void addressOfThisMachineAllowsAllKeys() {
    ProcessSpec process =
        files.loadService("command = 'x'\nengine = 'local:'\nnice = 5").processes().get(0);

    assertThat(process.engine()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exec_start_pre = 'x'",
        "reload_signal = 'HUP'",
        "user = 'nobody'",
        "umask = '0027'",
        "nice = 5",
        "health = { shell = 'x' }",
        "limits = { memory = '1GiB' }",
        "max_memory_restart = '1GiB'",
        "output = 'merged'",
        "output = 'inherit'",
      })
  void keyThatEnginesCannotDoIsReportedAtItsPosition(String line) {
    String key = line.substring(0, line.indexOf(' '));

    assertThat(files.errorsOfText(REMOTE + line))
        .containsExactly(
            "a.toml:4:1: %s must not be given with engine (fake:batch): engines cannot do it"
                .formatted(key));
  }

  @Test
  void readinessByLineOfLogIsRead() {
    ProcessSpec process =
        files
            .loadService("command = 'x'\nengine = 'fake:batch'\nready = { log = 'up' }")
            .processes()
            .get(0);

    assertThat(process.start().readiness()).isEqualTo(Readiness.logLine("up"));
    assertThat(process.engine()).contains("fake:batch");
  }

  @Test
  void readinessByNotifyIsReportedWithLineOfLog() {
    assertThat(files.errorsOfText(REMOTE + "ready = 'notify'"))
        .containsExactly(
            "a.toml:4:1: ready must not be given with engine (fake:batch): engines cannot do it;"
                + " use { log = \"REGEX\" }");
  }

  @Test
  void targetOfThisMachineIsReported() {
    assertThat(files.errorsOfText("[services.web]\ncommand = 'x'\nengine = 'local:x'"))
        .containsExactly(
            "a.toml:3:1: engine: engine (local:x) must be local: without a target, because it is"
                + " this machine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"command = 'x'", "signal = 'INT'"})
  void stopThatEnginesCannotDoIsReportedAtItsPosition(String line) {
    String key = line.substring(0, line.indexOf(' '));

    assertThat(files.errorsOfText(REMOTE + "[services.web.stop]\ngrace = 1\n" + line))
        .containsExactly(
            "a.toml:6:1: %s must not be given with engine (fake:batch): engines cannot do it"
                .formatted(key));
  }

  @Test
  void allKeysThatEnginesCannotDoAreReportedAtOnce() {
    assertThat(files.errorsOfText(REMOTE + "nice = 5\numask = '0027'\nstop.signal = 'INT'"))
        .hasSize(3);
    assertThat(files.errorsOfText(REMOTE + "output = 'nowhere'\nstop = 'TERM'"))
        .containsExactly(
            "a.toml:4:1: output (nowhere) must be one of files, merged, inherit",
            "a.toml:5:1: stop must be a table, not a string");
  }

  @Test
  void keyOfTemplateIsReportedInTheTemplate() {
    assertThat(
            files.errorsOfText(
                """
                [templates.small]
                limits = { memory = "64MiB" }
                [services.web]
                extends = "small"
                command = "x"
                engine = "fake:batch"
                """))
        .containsExactly(
            "a.toml:2:1: limits must not be given with engine (fake:batch): engines cannot do it");
  }

  @Test
  void addressWithoutSchemeIsReportedWithExamples() {
    assertThat(files.errorsOfText("[services.web]\ncommand = 'x'\nengine = 'batch'"))
        .containsExactly(
            "a.toml:3:1: engine: engine (batch) must be SCHEME:TARGET, such as local:,"
                + " k8s:NAMESPACE or slurm:PARTITION");
  }

  @Test
  void unknownSchemeIsReportedWithKnownOnes() {
    List<String> errors = files.errorsOfText("[services.web]\ncommand = 'x'\nengine = 'nomad:x'");

    assertThat(errors).hasSize(1);
    assertThat(errors.get(0))
        .startsWith(
            "a.toml:3:1: engine: cannot open engine nomad:x: there is no provider for nomad; use"
                + " one of local, ")
        .contains("fake");
  }

  @Test
  void missingModuleIsReportedWithItsArtifact() {
    assertThat(files.errorsOfText("[services.web]\ncommand = 'x'\nengine = 'k8s:batch'"))
        .containsExactly(
            "a.toml:3:1: engine: cannot open engine k8s:batch: there is no provider for k8s; add"
                + " the dependency io.luhproc:luhproc-kubernetes");
  }

  @Test
  void engineIsShown() {
    Path file = files.write("a.toml", REMOTE);

    assertThat(ConfigLoader.create().show(file, false)).contains("engine = \"fake:batch\"\n");
  }
}
