package io.luhproc.supervisor;

import static io.luhproc.supervisor.SupervisorPressureMain.sendCommand;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.ClassPathJars;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A supervisor has few free descriptors while it restarts processes. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class DescriptorExhaustionTest {
  private static final int ENOUGH = 20;

  @TempDir private static Path shared;
  @TempDir private Path folder;
  private static String bootClassPath;

  @BeforeAll
  static void packClasses() throws Exception {
    bootClassPath = ClassPathJars.bootClassPathOption(shared);
  }

  private JavaProcess start(String... options) throws Exception {
    Object[] arguments = new Object[options.length + 1];
    arguments[0] = folder.resolve("services");
    System.arraycopy(options, 0, arguments, 1, options.length);
    return JavaProcess.of(SupervisorPressureMain.class, arguments)
        .options(bootClassPath, "-Xshare:off")
        .wrappedBy("prlimit", "--nofile=150")
        .start(folder);
  }

  private void assertCleanShutdown(JavaProcess child) throws Exception {
    List<Long> pids =
        List.of(
            Long.valueOf(sendCommand(child, "pid web")),
            Long.valueOf(sendCommand(child, "pid other")));
    Eventually.holds(
        () -> "exactly two processes run: " + MarkedProcesses.aliveUnder(folder) + pids + child,
        () ->
            MarkedProcesses.aliveUnder(folder).containsAll(pids)
                && MarkedProcesses.aliveUnder(folder).size() == 2);
    child.writeLine("stop");
    assertThat(child.awaitExit()).as(child::toString).isZero();
    child.awaitLine("ended");
    assertThat(child.err()).doesNotContain("NoClassDefFoundError");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 5, 6, 7, 8, ENOUGH})
  void exitedProcessIsReplacedOnceDescriptorsAreAvailable(int free) throws Exception {
    try (StallingServer server = new StallingServer();
        JavaProcess child = start("jdk", "tcp=" + server.port())) {
      child.awaitLine("up");
      String other = sendCommand(child, "pid other");
      String before = sendCommand(child, "pid web");
      sendCommand(child, "fill " + free);
      SupervisorFixture.kill(Long.parseLong(before), "KILL");
      if (free < ENOUGH) {
        assertThat(sendCommand(child, "check-replaced web " + before)).startsWith("down");
      } else {
        sendCommand(child, "await web RUNNING " + before);
      }
      sendCommand(child, "free");
      sendCommand(child, "await web RUNNING " + before);
      assertThat(sendCommand(child, "pid other")).as(child::toString).isEqualTo(other);
      assertCleanShutdown(child);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 8})
  void restartCompletesOnceDescriptorsAreAvailable(int free) throws Exception {
    try (JavaProcess child = start("jdk")) {
      child.awaitLine("up");
      String other = sendCommand(child, "pid other");
      String before = sendCommand(child, "pid web");
      sendCommand(child, "fill " + free);
      sendCommand(child, "restart");
      assertThat(sendCommand(child, "check-replaced web " + before)).startsWith("down");
      sendCommand(child, "free");
      sendCommand(child, "await web RUNNING " + before);
      sendCommand(child, "await other RUNNING " + other);
      assertCleanShutdown(child);
      child.awaitLine("restart is done: true");
    }
  }
}
