package io.luhproc.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  @TempDir Path folder;
  private Path inner;
  private Map<String, String> environment;

  @BeforeEach
  void createFolder() throws IOException {
    inner = Files.createDirectories(folder.resolve("a/b"));
    environment = Map.of("HOME", folder.resolve("home").toString());
  }

  private Path create(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }

  @Test
  void optionIsPreferredToVariableAndNeedNotExist() {
    Map<String, String> named = Map.of("LUHPROC_FILE", "variable.toml");

    assertThat(ConfigFile.find("option.toml", inner, named))
        .isEqualTo(inner.resolve("option.toml"));
    assertThat(ConfigFile.find("", inner, named)).isEqualTo(inner.resolve("variable.toml"));
  }

  @Test
  void nearestFolderWinsAndThenTheOrderOfNames() throws IOException {
    Path outer = create("a/luhproc.toml");
    assertThat(ConfigFile.find("", inner, environment)).isEqualTo(outer);

    Path procfile = create("a/b/Procfile");
    assertThat(ConfigFile.find("", inner, environment)).isEqualTo(procfile);

    Path compose = create("a/b/process-compose.yaml");
    assertThat(ConfigFile.find("", inner, environment)).isEqualTo(compose);
  }

  @Test
  void folderOfThatNameIsNoConfiguration() throws IOException {
    Files.createDirectory(inner.resolve("luhproc.toml"));
    Path outer = create("a/Procfile");

    assertThat(ConfigFile.find("", inner, environment)).isEqualTo(outer);
  }

  @Test
  void fileOfUserIsLastAndBelowXdgConfigHome() throws IOException {
    Path ofUser = create("home/.config/luhproc/luhproc.toml");
    assertThat(ConfigFile.find("", inner, environment)).isEqualTo(ofUser);

    Path ofXdg = create("xdg/luhproc/luhproc.toml");
    Map<String, String> xdg = Map.of("XDG_CONFIG_HOME", folder.resolve("xdg").toString());
    assertThat(ConfigFile.find("", inner, xdg)).isEqualTo(ofXdg);
  }

  @Test
  void missingConfigurationNamesAllPlaces() {
    assertThatThrownBy(() -> ConfigFile.find("", inner, environment))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "luhproc.toml, supervisors.toml, process-compose.yaml, process-compose.yml, Procfile",
            inner.toString(),
            folder.resolve("home/.config/luhproc/luhproc.toml").toString(),
            "-f or $LUHPROC_FILE");
  }
}
