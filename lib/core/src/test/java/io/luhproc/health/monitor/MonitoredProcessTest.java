package io.luhproc.health.monitor;

import static io.luhproc.testing.InvalidArguments.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.health.CheckContext;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Validation and text of a monitored process. */
class MonitoredProcessTest {
  private static final Path EXISTING = Path.of("/tmp");

  @Test
  void relativePathsAreRejected() {
    assertInvalid(
        "directory (x) must be absolute",
        () -> CheckContexts.process(Path.of("x"), EXISTING, Map.of()));
    assertInvalid(
        "workingDirectory (x) must be absolute",
        () -> CheckContexts.process(EXISTING, Path.of("x"), Map.of()));
  }

  @Test
  void environmentIsHiddenInText() {
    MonitoredProcess process =
        CheckContexts.process(EXISTING, EXISTING, Map.of("PASSWORD", "secret"));
    CheckContext context = CheckContexts.contextOf(process);
    assertThat(process.toString()).endsWith(" in /tmp").doesNotContain("secret");
    assertThat(context.toString()).isEqualTo(process.toString());
  }
}
