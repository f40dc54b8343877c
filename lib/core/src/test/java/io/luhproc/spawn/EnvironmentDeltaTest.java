package io.luhproc.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests which variables {@link EnvironmentDelta} changes. */
class EnvironmentDeltaTest {
  private static final Map<String, String> OURS = Map.of("PATH", "/bin", "TASK", "1", "HOME", "/");

  private final EnvironmentDelta delta = new EnvironmentDelta();

  private Map<String, String> child(Map<String, String> desired) {
    Map<String, String> child = new HashMap<>(OURS);
    delta.apply(child, desired);
    return child;
  }

  @Test
  void childEnvironmentEqualsDesiredEnvironment() {
    Map<String, String> some = Map.of("PATH", "/bin", "HOME", "/root", "NEW", "x");
    assertThat(child(some)).isEqualTo(some);
    assertThat(child(OURS)).isEqualTo(OURS);
    assertThat(child(Map.of())).isEmpty();
    assertThat(child(some)).as("independent of earlier children").isEqualTo(some);
  }

  @Test
  void inheritedVariableIsNotPutAgain() {
    Map<String, String> child =
        new HashMap<>(OURS) {
          private static final long serialVersionUID = 1L;

          @Override
          public String put(String name, String value) {
            throw new AssertionError(name + " is put");
          }
        };
    delta.apply(child, OURS);
    assertThat(child).isEqualTo(OURS);
  }
}
