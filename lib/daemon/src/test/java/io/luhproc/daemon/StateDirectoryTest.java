package io.luhproc.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StateDirectoryTest {
  private static final Path FILE = Path.of("/etc/app/luhproc.toml");

  @Test
  void stateHomeIsThatOfXdg() {
    assertThat(StateDirectory.of(FILE, Map.of("XDG_STATE_HOME", "/state", "HOME", "/home/a")))
        .hasToString("/state/luhproc/luhproc-2b87e8cf8dec");
  }

  @Test
  void relativeOrMissingStateHomeIsBelowHome() {
    Path expected = StateDirectory.of(FILE, Map.of("HOME", "/home/a"));

    assertThat(expected.getParent()).isEqualTo(Path.of("/home/a/.local/state/luhproc"));
    assertThat(StateDirectory.of(FILE, Map.of("XDG_STATE_HOME", "state", "HOME", "/home/a")))
        .isEqualTo(expected);
  }

  @Test
  void equalNamesInOtherFoldersHaveOtherDirectories() {
    Map<String, String> environment = Map.of("HOME", "/home/a");

    assertThat(StateDirectory.of(Path.of("/etc/b/luhproc.toml"), environment))
        .isNotEqualTo(StateDirectory.of(FILE, environment));
  }
}
