package io.luhproc.supervisor;

import static io.luhproc.supervisor.SupervisorPressureMain.sendCommand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The directory of a supervisor is on a full disk, a tmpfs in a private mount namespace. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class FullDiskTest {
  private static final String[] IN_PRIVATE_NAMESPACE = {
    "unshare", "--mount", "--propagation", "private"
  };
  private static final String REMEDY = "check that its disk is not full";

  @TempDir private Path folder;
  private Path disk;

  @BeforeEach
  void makeDisk() throws Exception {
    disk = Files.createDirectory(folder.resolve("disk"));
    List<String> mount = new ArrayList<>(List.of(IN_PRIVATE_NAMESPACE));
    mount.addAll(List.of("mount", "-t", "tmpfs", "none", disk.toString()));
    assumeThat(status(mount)).as("this user can mount in a private namespace").isZero();
  }

  private static int status(List<String> command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor();
    } catch (IOException expected) {
      // unshare(1) is not installed.
      return -1;
    }
  }

  /** Starts a JVM that alone sees a disk of 256 KiB at the directory. */
  private JavaProcess start(String... options) throws IOException {
    String mount = "mount -t tmpfs -o size=256k,mode=755 none " + disk + " && exec \"$@\"";
    List<String> wrapper = new ArrayList<>(List.of(IN_PRIVATE_NAMESPACE));
    wrapper.addAll(List.of("sh", "-c", mount, "sh"));
    Object[] arguments = new Object[options.length + 1];
    arguments[0] = disk.resolve("services");
    System.arraycopy(options, 0, arguments, 1, options.length);
    return JavaProcess.of(SupervisorPressureMain.class, arguments)
        .wrappedBy(wrapper.toArray(String[]::new))
        .start(folder);
  }

  private static void assertCleanShutdown(JavaProcess child) throws Exception {
    child.writeLine("stop");
    assertThat(child.awaitExit()).as(child::toString).isZero();
    child.awaitLine("ended");
  }

  private void assertNoDoubles(JavaProcess child) throws IOException {
    List<Long> pids =
        List.of(
            Long.valueOf(sendCommand(child, "pid web")),
            Long.valueOf(sendCommand(child, "pid other")));
    assertThat(MarkedProcesses.aliveUnder(disk)).containsAll(pids);
    // A health check may still run.
    Eventually.holds(child::toString, () -> MarkedProcesses.aliveUnder(disk).size() == 2);
  }

  private String fill(JavaProcess child) throws IOException {
    return sendCommand(child, "write " + disk.resolve("filler"));
  }

  private void freeSpace(JavaProcess child) throws IOException {
    sendCommand(child, "delete " + disk.resolve("filler"));
  }

  @Test
  void startOnFullDiskReportsRemedyAndSucceedsOnceSpaceIsFree() throws Exception {
    try (JavaProcess child = start("idle")) {
      assertThat(fill(child)).contains("No space left");
      assertThat(sendCommand(child, "start")).contains(disk.toString(), "No space left", REMEDY);
      sendCommand(child, "retries web 3 " + folder.resolve("mark"));
      freeSpace(child);
      sendCommand(child, "await web RUNNING none");
      sendCommand(child, "await other RUNNING none");
      assertNoDoubles(child);
      assertCleanShutdown(child);
    }
    assertThat(disk).as("the disk outside of the namespace").isEmptyDirectory();
  }

  @Test
  void exitedProcessIsReplacedOnceSpaceIsFreeAndOthersRunOn() throws Exception {
    try (JavaProcess child = start("exec")) {
      child.awaitLine("up");
      String other = sendCommand(child, "pid other");
      String before = sendCommand(child, "pid web");
      fill(child);
      SupervisorFixture.kill(Long.parseLong(before), "KILL");
      assertThat(sendCommand(child, "retries web 3 " + folder.resolve("mark")))
          .contains(disk.toString(), "No space left", REMEDY);
      freeSpace(child);
      sendCommand(child, "await web RUNNING " + before);
      assertThat(sendCommand(child, "pid other")).as(child::toString).isEqualTo(other);
      assertNoDoubles(child);
      assertCleanShutdown(child);
    }
  }

  @Test
  void stopOnFullDiskTerminatesAllProcesses() throws Exception {
    try (JavaProcess child = start()) {
      child.awaitLine("up");
      List<Long> pids =
          List.of(
              Long.valueOf(sendCommand(child, "pid web")),
              Long.valueOf(sendCommand(child, "pid other")));
      fill(child);
      assertCleanShutdown(child);
      assertThat(pids).noneMatch(SupervisorFixture::isAlive);
    }
  }

  @Test
  void restartOnFullDiskCompletesOnceSpaceIsFree() throws Exception {
    try (JavaProcess child = start()) {
      child.awaitLine("up");
      String web = sendCommand(child, "pid web");
      String other = sendCommand(child, "pid other");
      fill(child);
      sendCommand(child, "restart");
      // One process may get the page that the other one has just released.
      sendCommand(child, "check-replaced web " + web);
      freeSpace(child);
      sendCommand(child, "await web RUNNING " + web);
      sendCommand(child, "await other RUNNING " + other);
      assertNoDoubles(child);
      assertCleanShutdown(child);
      child.awaitLine("restart is done: true");
    }
  }
}
