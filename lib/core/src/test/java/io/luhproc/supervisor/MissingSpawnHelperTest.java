package io.luhproc.supervisor;

import static io.luhproc.supervisor.SupervisorPressureMain.sendCommand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.SymlinkedJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The JDK of a supervisor loses its jspawnhelper, as when it is updated while in use. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class MissingSpawnHelperTest {
  private static final String REMEDY =
      "-Djdk.lang.Process.launchMechanism=" + (Runtime.version().feature() < 25 ? "VFORK" : "FORK");

  @TempDir private Path folder;
  private SymlinkedJdk jdk;

  @BeforeEach
  void makeJdk() throws Exception {
    Path home = Path.of(System.getProperty("java.home"));
    jdk = SymlinkedJdk.withoutSpawnHelper(home, folder.resolve("jdk"));
  }

  private JavaProcess start(String mode, String spawner, String... options) throws IOException {
    return JavaProcess.of(SupervisorPressureMain.class, folder.resolve("services"), mode, spawner)
        .java(jdk.java())
        .options(options)
        .start(folder);
  }

  private static void assertCleanShutdown(JavaProcess child) throws Exception {
    child.writeLine("stop");
    assertThat(child.awaitExit()).as(child::toString).isZero();
    child.awaitLine("ended");
  }

  @Test
  void startFailsImmediatelyWithRemedyThatWorks() throws Exception {
    try (JavaProcess child = start("idle", "jdk")) {
      assertThat(sendCommand(child, "start"))
          .contains("did not start", "lib/jspawnhelper is missing", "was the JDK updated", REMEDY);
      assertThat(sendCommand(child, "await web FAILED")).startsWith("0 ").contains(REMEDY);
      assertCleanShutdown(child);
    }
    try (JavaProcess child = start("idle", "jdk", REMEDY)) {
      assertThat(sendCommand(child, "start")).isEqualTo("RUNNING");
      assertCleanShutdown(child);
    }
  }

  @Test
  void nativeSpawnNeedsNoHelper() throws Exception {
    assumeThat(Runtime.version().feature()).isLessThan(24);
    try (JavaProcess child = start("idle", "native")) {
      assertThat(sendCommand(child, "start")).isEqualTo("RUNNING");
      String before = sendCommand(child, "pid web");
      SupervisorFixture.kill(Long.parseLong(before), "KILL");
      sendCommand(child, "await web RUNNING " + before);
      assertCleanShutdown(child);
    }
  }

  @Test
  void exitedProcessIsRetriedUntilHelperIsRestored() throws Exception {
    jdk.addSpawnHelper();
    try (JavaProcess child = start("exec", "jdk")) {
      child.awaitLine("up");
      String other = sendCommand(child, "pid other");
      String before = sendCommand(child, "pid web");
      jdk.removeSpawnHelper();
      SupervisorFixture.kill(Long.parseLong(before), "KILL");
      assertThat(sendCommand(child, "retries web 3 " + folder.resolve("mark")))
          .contains("lib/jspawnhelper is missing", REMEDY);
      jdk.addSpawnHelper();
      sendCommand(child, "await web RUNNING");
      assertThat(sendCommand(child, "pid other")).as(child::toString).isEqualTo(other);
      assertCleanShutdown(child);
    }
    assertThat(Files.exists(folder.resolve("mark"))).isTrue();
  }

  @Test
  void runningProcessIsKeptWhenItCannotBeChecked() throws Exception {
    jdk.addSpawnHelper();
    try (JavaProcess child = start("exec", "jdk")) {
      child.awaitLine("up");
      String other = sendCommand(child, "pid other");
      jdk.removeSpawnHelper();
      Eventually.holds(
          child::toString, () -> child.err().contains("cannot check process") || hasExited(other));
      jdk.addSpawnHelper();
      sendCommand(child, "await other RUNNING");
      assertThat(sendCommand(child, "pid other")).as(child::toString).isEqualTo(other);
      assertCleanShutdown(child);
    }
  }

  private static boolean hasExited(String pid) {
    return !SupervisorFixture.isAlive(Long.parseLong(pid));
  }
}
