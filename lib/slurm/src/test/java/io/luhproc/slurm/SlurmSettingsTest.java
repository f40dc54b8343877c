package io.luhproc.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineSettings;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerEngines;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SlurmSettingsTest {
  private static SlurmSettings settings(String target, Map<String, String> environment) {
    return SlurmSettings.of(new EngineSettings(target, "app", environment));
  }

  private static SlurmSettings options(String text) {
    return settings("batch", Map.of("LUHPROC_SLURM_OPTIONS", text));
  }

  @Test
  void engineIsFoundByScheme() {
    try (WorkerEngine engine = WorkerEngines.open("slurm:batch", "app", Map.of())) {
      assertThat(engine).isInstanceOf(SlurmEngine.class);
    }
  }

  @Test
  void directoryIsBelowHomeByDefault() {
    assertThat(settings("", Map.of("HOME", "/home/a")).directory())
        .isEqualTo(Path.of("/home/a/.luhproc/slurm"));
    assertThat(settings("", Map.of("HOME", "/x", "LUHPROC_SLURM_DIR", "/work/../y z")).directory())
        .isEqualTo(Path.of("/y z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"relative", "", "/a%j", "/a\\b", "/a\nb"})
  void invalidDirectoryIsRefused(String directory) {
    assertThatThrownBy(() -> settings("", Map.of("LUHPROC_SLURM_DIR", directory)))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("LUHPROC_SLURM_DIR");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-x", "a b", "a;b", "a=b", "ä", "a/b"})
  void invalidPartitionIsRefused(String partition) {
    assertThatThrownBy(() -> settings(partition, Map.of()))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("partition (" + partition + ")");
  }

  @Test
  void workerNamesItsOwnOptions() {
    SlurmSettings settings = options(" --mem=4G  --exclusive ");

    assertThat(settings.options(Map.of())).containsExactly("--mem=4G", "--exclusive");
    assertThat(settings.options(Map.of("LUHPROC_SLURM_OPTIONS", "--cpus-per-task=4")))
        .containsExactly("--cpus-per-task=4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--array=1-3",
        "--arr=1-3",
        "--wrap=id",
        "--wait",
        "-a1",
        "script.sh",
        "--mem 4G",
        "--"
      })
  void optionThatWouldNotSubmitOneJobIsRefused(String option) {
    assertThatThrownBy(() -> options(option))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("LUHPROC_SLURM_OPTIONS");
  }

  @Test
  void longerOptionWithExcludedBeginningIsAccepted() {
    assertThat(options("--wait-all-nodes=1").options(Map.of())).hasSize(1);
  }
}
