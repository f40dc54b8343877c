package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.DirectoryLockedException;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Only one supervisor at a time can use a directory. */
@Tag("process")
@ExtendWith(LeakCheck.class)
@Timeout(60)
class SupervisorLockTest {
  @TempDir private Path folder;

  private Path directory() {
    return folder.resolve("services");
  }

  private void assertRefused(long holder) {
    assertThatThrownBy(() -> SupervisorMain.builder(directory()).build())
        .isInstanceOf(DirectoryLockedException.class)
        .hasMessageContaining(directory() + " is supervised already")
        .hasMessageContaining("process " + holder + " (java)")
        .hasMessageContaining("use another directory");
  }

  @Test
  void secondSupervisorInSameJvmIsRefused() throws Exception {
    try (Supervisor first = SupervisorMain.builder(directory()).build()) {
      assertRefused(ProcessHandle.current().pid());
      // Another path of the same directory is refused too.
      Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
      assertThatThrownBy(() -> SupervisorMain.builder(link.resolve("services")).build())
          .isInstanceOf(DirectoryLockedException.class);
      first.add(SupervisorMain.service("sleep1"));
    }
    SupervisorMain.builder(directory()).build().close();
  }

  @Test
  void secondSupervisorInOtherJvmIsRefusedUntilFirstIsKilled() throws Exception {
    try (JavaProcess first = SupervisorMain.jvm(directory()).start(folder)) {
      first.awaitLine("ready");
      assertRefused(first.pid());
      try (JavaProcess second = SupervisorMain.jvm(directory()).start(folder)) {
        assertThat(second.awaitExit()).isEqualTo(1);
        assertThat(second.err()).contains("is supervised already, by process " + first.pid());
      }
      first.kill();
    }
    // The lock file and the pid file of the killed supervisor still exist.
    assertThat(directory().resolve("pid")).exists();
    SupervisorMain.builder(directory()).build().close();
    assertThat(directory().resolve("pid")).doesNotExist();
  }

  @Test
  void directoryStaysLockedWhenCleanerDeletesLockFile() throws Exception {
    try (Supervisor first = SupervisorMain.builder(directory()).build()) {
      assertThat(first.status().services()).isEmpty();
      Files.delete(directory().resolve("lock"));
      Files.delete(directory().resolve("pid"));
      Eventually.holds(
          "the files are written again",
          () ->
              Files.exists(directory().resolve("lock"))
                  && Files.exists(directory().resolve("pid")));
      try (JavaProcess second = SupervisorMain.jvm(directory()).start(folder)) {
        assertThat(second.awaitExit()).isEqualTo(1);
        assertThat(second.err()).contains("is supervised already, by process ");
      }
    }
    assertThat(directory().resolve("pid")).doesNotExist();
  }
}
