package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.DirectoryRefusedException;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Operations under a root that cannot hold process directories. */
@ExtendWith(LeakCheck.class)
@Tag("process")
@EnabledOnOs(OS.LINUX)
class UnusableRootTest {
  @TempDir private Path folder;

  @AfterEach
  void makeWritableAgain() throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void startFailsWhenRootIsNotWritable() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder)) {
      Files.createDirectory(
          root.path(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-x------")));
      try (JavaProcess starter = withoutPrivileges(root).start(folder)) {
        assertThat(starter.awaitLine("refused"))
            .isEqualTo(
                "the root of process directories "
                    + root.path()
                    + " is not writable; remove it, or set LUHPROC_TMP_DIR to a directory of"
                    + " your own");
      }
    }
  }

  @Test
  void startFailsWhenRootCannotBeCreated() throws Exception {
    Path closed =
        Files.createDirectory(
            folder.resolve("closed"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-x------")));
    Path path = closed.resolve("root");
    try (WorkerRootFixture root = WorkerRootFixture.in(folder);
        JavaProcess starter = withoutPrivileges(root).env("LUHPROC_TMP_DIR", path).start(folder)) {
      assertThat(starter.awaitLine("refused"))
          .isEqualTo(
              "cannot make the root of process directories "
                  + path
                  + ": java.nio.file.AccessDeniedException: "
                  + path
                  + "; set LUHPROC_TMP_DIR to a directory that you may write to");
    }
  }

  @Test
  void operationsFailWhenRootIsFile() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder)) {
      Files.createFile(root.path());
      ProcessManager manager = root.manager();
      String message =
          "the root of process directories "
              + root.path()
              + " is a file, not a directory; remove it, or set LUHPROC_TMP_DIR to a directory of"
              + " your own";
      assertThatThrownBy(() -> manager.start(WorkerRootFixture.TASK, WorkerRootFixture.ID))
          .isInstanceOf(DirectoryRefusedException.class)
          .hasMessage(message);
      assertThatThrownBy(() -> manager.info(WorkerRootFixture.TASK, WorkerRootFixture.ID))
          .hasMessage(message);
      assertThatThrownBy(manager::list).hasMessage(message);
      assertThatThrownBy(() -> manager.stop(WorkerRootFixture.TASK, WorkerRootFixture.ID))
          .hasMessage(message);
    }
  }

  /** Returns the app without the capabilities by which the user root ignores permissions. */
  private static JavaProcess.Builder withoutPrivileges(WorkerRootFixture root) throws Exception {
    JavaProcess.Builder app = root.app("start");
    boolean isRoot = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    return isRoot ? app.wrappedBy("setpriv", "--bounding-set=-dac_override,-dac_read_search") : app;
  }
}
