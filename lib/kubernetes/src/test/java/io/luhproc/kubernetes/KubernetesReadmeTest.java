package io.luhproc.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KubernetesReadmeTest {
  @Test
  void manifestOfRightsIsThatOfTheEngine() throws Exception {
    String manifest = KubernetesEngineProvider.accessManifest("shop", "starter");
    assertThat(Files.readString(Path.of("../kubernetes/README.md")))
        .contains("```yaml\n" + manifest + "```\n");
  }
}
