package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A worker outlives its starter and shares no descriptor, port or terminal with it. */
@ExtendWith(LeakCheck.class)
@Tag("process")
@EnabledOnOs(OS.LINUX)
class WorkerDetachmentTest {
  private static final String CTRL_C = "\u0003";

  @TempDir private Path folder;

  @Test
  void workerLeadsItsOwnSessionAndGroup() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder)) {
      long pid = root.start().identity().orElseThrow().pid();
      assertLeadsOwnSession(pid);
      root.stopAndAssertGone();
    }
  }

  @Test
  void workerKeepsRunningWhenStarterExits() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder);
        JavaProcess starter = root.app("start").start(folder)) {
      assertThat(starter.awaitExit()).as(starter::toString).isZero();
      assertReadyAndStop(root, Long.parseLong(starter.awaitLine("pid")));
    }
  }

  @Test
  void workerKeepsRunningWhenStarterIsKilled() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder);
        JavaProcess starter = root.app("start", "wait").start(folder)) {
      long pid = Long.parseLong(starter.awaitLine("pid"));
      starter.kill();
      assertReadyAndStop(root, pid);
    }
  }

  @Test
  void workerKeepsRunningWhenCtrlCIsPressedInStartersTerminal() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder);
        JavaProcess terminal = inTerminal(root)) {
      long pid = Long.parseLong(terminal.awaitLine("pid"));
      awaitReady(root);
      terminal.awaitLine("waits");
      terminal.writeLine(CTRL_C);
      terminal.awaitExit();
      assertReadyAndStop(root, pid);
    }
  }

  @Test
  void workerKeepsRunningWhenStartersTerminalCloses() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder);
        JavaProcess terminal = inTerminal(root)) {
      long pid = Long.parseLong(terminal.awaitLine("pid"));
      awaitReady(root);
      terminal.awaitLine("waits");
      List<ProcessHandle> session =
          terminal.descendants().stream().filter(it -> it.pid() != pid).toList();
      assertThat(session).isNotEmpty();
      // script(1) holds the master side of the terminal; closing it sends SIGHUP to the session.
      terminal.kill();
      Eventually.holds(
          "the starter has exited", () -> session.stream().noneMatch(ProcessHandle::isAlive));
      assertReadyAndStop(root, pid);
    }
  }

  @Test
  void workerInheritsOnlyStandardStreams() throws Exception {
    Path open = Files.createFile(folder.resolve("open"));
    try (WorkerRootFixture root = WorkerRootFixture.in(folder);
        JavaProcess starter =
            root.app("listen", "start", "wait")
                // The starter inherits descriptor 7 from its parent, without O_CLOEXEC.
                .wrappedBy("sh", "-c", "exec 7<'" + open + "'; exec \"$@\"", "sh")
                .start(folder)) {
      long pid = Long.parseLong(starter.awaitLine("pid"));
      starter.awaitLine("waits");
      awaitReady(root);
      Map<String, String> own = descriptors(starter.pid());
      assertThat(own).containsEntry("7", open.toString());
      Map<String, String> workers = descriptors(pid);
      assertThat(workers)
          .containsEntry("0", "/dev/null")
          .containsEntry("1", root.directory().resolve("out.log").toString())
          .containsEntry("2", root.directory().resolve("err.log").toString())
          .doesNotContainValue(open.toString());
      assertThat(workers.values())
          .as("sockets and pipes that are also the starter's")
          .doesNotContainAnyElementsOf(
              own.values().stream().filter(it -> it.matches("(socket|pipe):.*")).toList());
      root.stopAndAssertGone();
    }
  }

  @Test
  void commandGetsExactlyThreeDescriptors() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder);
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(socket.isBound()).isTrue();
      ProcessManager manager = root.builder().command(List.of("/bin/sleep", "600")).build();
      WorkerInfo worker = manager.start(WorkerRootFixture.TASK, WorkerRootFixture.ID);
      long pid = worker.identity().orElseThrow().pid();
      Map<String, String> expected =
          Map.of(
              "0", "/dev/null",
              "1", worker.logFile().toString(),
              "2", worker.errorFile().toString());
      // At first, sleep has more: it opens and closes libraries and locales.
      Eventually.holds("sleep has three descriptors", () -> isSleepWith(expected, pid));
      assertLeadsOwnSession(pid);
      manager.stop(WorkerRootFixture.TASK, WorkerRootFixture.ID);
    }
  }

  @Test
  void portOfStarterIsFreeWhenStarterExits() throws Exception {
    try (WorkerRootFixture root = WorkerRootFixture.in(folder);
        JavaProcess starter = root.app("listen", "start", "wait").start(folder)) {
      int port = Integer.parseInt(starter.awaitLine("port"));
      long pid = Long.parseLong(starter.awaitLine("pid"));
      starter.kill();
      assertThatCode(() -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close())
          .doesNotThrowAnyException();
      assertReadyAndStop(root, pid);
    }
  }

  /** Runs the starter in a new terminal, by script(1). */
  private JavaProcess inTerminal(WorkerRootFixture root) throws IOException {
    JavaProcess.Builder app = root.app("start", "wait");
    String line =
        "exec " + String.join(" ", app.command().stream().map(it -> "'" + it + "'").toList());
    return app.start(folder, List.of("script", "-q", "-e", "-c", line, "/dev/null"));
  }

  private static void assertReadyAndStop(WorkerRootFixture root, long pid) {
    assertThat(root.start().identity().orElseThrow().pid()).isEqualTo(pid);
    root.assertOnlyRunning(pid);
    root.stopAndAssertGone();
  }

  private static void awaitReady(WorkerRootFixture root) {
    assertThat(root.start().launched()).isFalse();
  }

  private static void assertLeadsOwnSession(long pid) {
    ProcessStat entry = ProcessTable.system().find(pid).orElseThrow();
    assertThat(entry.sessionId()).isEqualTo(pid);
    assertThat(entry.processGroupId()).isEqualTo(pid);
    ProcessStat self = ProcessTable.system().find(ProcessHandle.current().pid()).orElseThrow();
    assertThat(self.sessionId()).isNotEqualTo(pid);
  }

  private static boolean isSleepWith(Map<String, String> expected, long pid) throws IOException {
    Map<String, String> found = descriptors(pid);
    if (!found.equals(expected)) {
      throw new IllegalStateException("descriptors are " + found);
    }
    return Files.readString(Path.of("/proc/" + pid + "/comm")).startsWith("sleep");
  }

  private static Map<String, String> descriptors(long pid) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> links = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      for (Path link : links.toList()) {
        try {
          found.put(link.getFileName().toString(), Files.readSymbolicLink(link).toString());
        } catch (NoSuchFileException expected) {
          // A running JVM opens and closes files; this one was closed meanwhile.
        }
      }
    }
    return found;
  }
}
