package io.luhproc.supervisor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.ProcessEnd;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which start of an engine is repeated with its token, so that there is never a second process. */
class RemoteLaunchTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final ProcessRecord started =
      ProcessRecord.forLaunch(
              new ProcessKey(Optional.of("shop"), "shop_web", "web"),
              "true",
              new ProcessRecord.Launch("token", NOW),
              new LaunchedCommand(List.of("true"), List.of(), List.of(), Path.of("/"), List.of()))
          .withRemote(new ProcessRecord.Remote("k8s:batch", Optional.empty(), Optional.empty()));

  @Test
  void startThatIsNotKnownToRunIsRepeated() {
    assertThat(RemoteLaunch.isRepeatable(started, "k8s:batch")).isTrue();
  }

  @Test
  void startOfAnotherEngineIsNotRepeated() {
    assertThat(RemoteLaunch.isRepeatable(started, "k8s:other")).isFalse();
  }

  @Test
  void startOfProcessThatHasRunIsNotRepeated() {
    // Its end may be missing because the disk was full.
    assertThat(RemoteLaunch.isRepeatable(started.withRunningAt(NOW), "k8s:batch")).isFalse();
    assertThat(
            RemoteLaunch.isRepeatable(
                started.withEnd(ProcessEnd.ofReason(NOW, "stopped")), "k8s:batch"))
        .isFalse();
  }
}
