package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A supervisor that adopts orphans, as PID 1 does, collects no zombies. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class SubreaperProcessTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"process", "check"})
  void orphansOfServicesAndHealthChecksAreReaped(String origin) throws Exception {
    try (JavaProcess jvm =
        JavaProcess.of(SubreaperMain.class, folder.resolve("services"), origin, true)
            .options("--enable-native-access=ALL-UNNAMED")
            .start(folder)) {
      assertThat(jvm.awaitLine("adopted")).isEmpty();
      assertThat(jvm.awaitLine("reaped")).isEmpty();
      assertThat(jvm.awaitExit()).as(jvm::toString).isZero();
    }
  }
}
