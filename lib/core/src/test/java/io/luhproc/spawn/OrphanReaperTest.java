package io.luhproc.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests that orphans are reaped by a JVM that adopts them, and no other child. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class OrphanReaperTest {
  @TempDir Path folder;

  @Test
  void childSubreaperReapsOrphansAndNoOtherChild() throws Exception {
    try (JavaProcess jvm = start(true)) {
      assertThat(jvm.awaitLine("adopted")).isEqualTo("5");
      assertThat(jvm.awaitLine("wrong")).as(jvm::toString).isEqualTo("0");
      assertThat(jvm.awaitLine("left")).isEqualTo("0");
      assertThat(jvm.awaitExit()).isZero();
    }
  }

  @Test
  void orphansAreLeftToAnotherReaperByDefault() throws Exception {
    try (JavaProcess jvm = start(false)) {
      assertThat(jvm.awaitLine("adopted")).isEqualTo("0");
    }
  }

  private JavaProcess start(boolean childSubreaper) throws Exception {
    return JavaProcess.of(AdoptsOrphans.class, folder, childSubreaper)
        .options("--enable-native-access=ALL-UNNAMED")
        .start(folder);
  }
}
