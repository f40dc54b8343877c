package io.luhproc.supervisor;

import static io.luhproc.supervisor.SupervisorPressureMain.sendCommand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.procfs.ProcessInfoReader;
import io.luhproc.testing.ClassPathJars;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Supervision while descriptors, processes or disk space are exhausted and after they are freed.
 */
@Tag("process")
@ExtendWith(LeakCheck.class)
class ResourcePressureTest {
  private static final String[] AS_OTHER_USER = {
    "setpriv", "--reuid=64986", "--regid=64986", "--clear-groups"
  };

  @TempDir private static Path shared;
  @TempDir private Path folder;

  /** Classes come from jars, because each class in a directory needs a descriptor to load. */
  private static String bootClassPath;

  @BeforeAll
  static void packClasses() throws Exception {
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
    bootClassPath = ClassPathJars.bootClassPathOption(shared);
  }

  private JavaProcess.Builder child() {
    return JavaProcess.of(SupervisorPressureMain.class, folder.resolve("services"))
        .options(bootClassPath, "-Xshare:off");
  }

  private static long killWeb(JavaProcess child) throws Exception {
    long pid = Long.parseLong(sendCommand(child, "pid web"));
    SupervisorFixture.kill(pid, "KILL");
    return pid;
  }

  private static void assertCleanShutdown(JavaProcess child) throws Exception {
    child.writeLine("stop");
    assertThat(child.awaitExit()).as(child::toString).isZero();
    child.awaitLine("ended");
    assertThat(child.err()).doesNotContain("NoClassDefFoundError");
  }

  @Test
  void nothingCountsAsExitedWhileProcfsIsUnreadable() throws Exception {
    try (JavaProcess child = child().wrappedBy("prlimit", "--nofile=150").start(folder)) {
      child.awaitLine("up");
      long other = Long.parseLong(sendCommand(child, "pid other"));
      sendCommand(child, "fill 0");
      killWeb(child);
      sendCommand(child, "await web STOPPING");
      assertThat(SupervisorFixture.isAlive(other)).isTrue();
      sendCommand(child, "free");
      sendCommand(child, "await web RUNNING");
      assertThat(sendCommand(child, "pid other")).isEqualTo(Long.toString(other));
      assertCleanShutdown(child);
    }
  }

  @Test
  void launchAtProcessLimitIsRetriedUntilItSucceeds() throws Exception {
    assumeThat(
            ProcessInfoReader.system()
                .read(ProcessHandle.current().pid())
                .orElseThrow()
                .userId()
                .orElse(-1))
        .isZero();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (JavaProcess child = child().wrappedBy(AS_OTHER_USER).start(folder)) {
      child.awaitLine("up");
      String before = sendCommand(child, "pid web");
      limit(child, "--nproc=1:");
      SupervisorFixture.kill(Long.parseLong(before), "KILL");
      sendCommand(child, "retries web 3 " + folder.resolve("mark"));
      limit(child, "--nproc=4000:");
      sendCommand(child, "await web RUNNING");
      assertCleanShutdown(child);
    }
  }

  @Test
  void fullDiskIsReportedAndRetriedUntilSpaceIsFree() throws Exception {
    try (JavaProcess child = child().start(folder)) {
      child.awaitLine("up");
      long other = Long.parseLong(sendCommand(child, "pid other"));
      long before = Long.parseLong(sendCommand(child, "pid web"));
      limit(child, "--fsize=0:unlimited");
      SupervisorFixture.kill(before, "KILL");
      Path mark = folder.resolve("mark");
      child.writeLine("retries web 3 " + mark);
      Eventually.holds(child::toString, () -> Files.exists(mark));
      assertThat(SupervisorFixture.isAlive(other)).isTrue();
      limit(child, "--fsize=unlimited:unlimited");
      assertThat(sendCommand(child, "await web RUNNING")).isNotEmpty();
      assertCleanShutdown(child);
    }
  }

  @Test
  void jdkAndShellReplaceUnloadableNativeLibrary() throws Exception {
    Path missing = folder.resolve("missing");
    try (JavaProcess child = child().options("-Djava.io.tmpdir=" + missing).start(folder)) {
      child.awaitLine("up");
      long before = killWeb(child);
      sendCommand(child, "await web RUNNING " + before);
      assertCleanShutdown(child);
    }
    assertThat(MarkedProcesses.aliveUnder(folder)).isEmpty();
  }

  private static void limit(JavaProcess child, String limit) throws Exception {
    List<String> command = new ArrayList<>();
    // Root may lack the capability to limit processes of another user.
    if (limit.startsWith("--nproc")) {
      command.addAll(List.of(AS_OTHER_USER));
    }
    command.addAll(List.of("prlimit", "--pid=" + child.pid(), limit));
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    assertThat(status).isZero();
  }
}
