package io.luhproc.procfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.process.ProcessInfo;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the details of real processes on this machine and of a fake {@code /proc}. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class ProcessInfoReaderTest {
  private static final AuxiliaryVector UNITS = new AuxiliaryVector(4096, 100);

  private final ProcessInfoReader system = ProcessInfoReader.system();
  @TempDir Path folder;

  @Test
  void currentJvmHasAllFields() throws IOException {
    ProcessHandle self = ProcessHandle.current();
    ProcessInfo info = system.read(self.pid()).orElseThrow();
    assertThat(info.pid()).isEqualTo(self.pid());
    assertThat(info.stat().parentPid()).isEqualTo(self.parent().orElseThrow().pid());
    assertThat(info.identity()).isEqualTo(ProcessTable.system().identify(self.pid()));
    assertThat(info.userId())
        .hasValue((Integer) Files.getAttribute(Path.of("/proc/self/stat"), "unix:uid"));
    assertThat(info.threadCount().orElseThrow()).isGreaterThan(1);
    assertThat(info.io().orElseThrow().readChars()).isPositive();
    assertThat(info.cgroups())
        .isNotEmpty()
        .allSatisfy((name, path) -> assertThat(path).startsWith("/"));
    long rss = info.rssBytes().orElseThrow();
    assertThat(system.pssBytes(self.pid()).orElseThrow()).isBetween(rss / 4, rss * 2);
  }

  @Test
  void startTimeMatchesLaunchTime() throws Exception {
    Instant before = Instant.ofEpochMilli(System.currentTimeMillis());
    try (TestProcess child = TestProcess.of("sleep", "300")) {
      Instant start = child.info().startTime().orElseThrow();
      assertThat(Duration.between(before, start))
          .isBetween(Duration.ofSeconds(-2), Duration.ofSeconds(5));
    }
  }

  @Test
  void commandLineKeepsUnusualArguments() throws Exception {
    List<String> command =
        List.of("sh", "-c", "sleep 300; :", "a b", "", "new\nline", "größe", "x=\"1\"");
    try (TestProcess child = TestProcess.of(command.toArray(String[]::new))) {
      Eventually.holds("the shell runs", () -> child.info().commandLine().equals(command));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "x) S 1 (y", "line\nbreak", "\nUid:\t7\t7", ")", "größe"})
  void unusualProcessNamesAreParsed(String name) throws Exception {
    Path program = Files.copy(Path.of("/bin/sleep"), folder.resolve(name));
    long user = system.read(ProcessHandle.current().pid()).orElseThrow().userId().orElseThrow();
    try (TestProcess child = TestProcess.of(program.toString(), "300")) {
      Eventually.holds("the name is " + name, () -> child.info().stat().name().equals(name));
      assertThat(child.info().userId()).hasValue(user);
      assertThat(child.info().stat().parentPid()).isEqualTo(ProcessHandle.current().pid());
    }
  }

  @Test
  void openFileDescriptorsAreCounted() throws Exception {
    String script = "exec 5</dev/null 6</dev/null; head -c 100000 /dev/zero >x; exec sleep 300";
    try (TestProcess child = TestProcess.in(folder, "sh", "-c", script)) {
      Eventually.holds("sleep runs", () -> child.info().commandLine().contains("300"));
      // The dynamic loader opens libraries for a moment.
      Eventually.holds(
          "five descriptors are open",
          () -> child.info().openFileDescriptors().equals(OptionalInt.of(5)));
    }
  }

  @Test
  void writtenBytesAreCounted() throws Exception {
    String script = "printf %100000s x >x; read y";
    try (TestProcess child = TestProcess.in(folder, "sh", "-c", script)) {
      // The count includes a few bytes written by jspawnhelper before it executed the shell.
      Eventually.holds(
          "100000 bytes are written",
          () -> child.info().io().orElseThrow().writtenChars() / 1000 == 100);
    }
  }

  @Test
  void childrenOfAllThreadsAreListed() throws Exception {
    try (TestProcess child = TestProcess.of("sh", "-c", "sleep 300 & sleep 300 & wait")) {
      Eventually.holds(
          "there are two children", () -> system.childPids(child.process.pid()).size() == 2);
      List<Long> pids = system.childPids(child.process.pid());
      assertThat(child.process.children().map(ProcessHandle::pid))
          .containsExactlyInAnyOrderElementsOf(pids);
      assertThat(system.childPids(ProcessHandle.current().pid())).contains(child.process.pid());
    }
  }

  @Test
  void childrenAreFoundWithoutKernelChildrenFile() throws Exception {
    Files.createDirectories(folder.resolve("7/task/7"));
    write("7", "7 (a) S 1");
    write("8", "8 (b) S 7");
    write("9", "9 (c) S 8");
    assertThat(reader().childPids(7)).containsExactly(8L);
    assertThat(reader().childPids(70)).isEmpty();
  }

  @Test
  void zombieHasNoCommandLineAndNoIdentity() throws Exception {
    try (TestProcess child = TestProcess.of("sh", "-c", "sleep 0 & exec sleep 300")) {
      long zombie =
          Eventually.present(
              "there is a zombie",
              () ->
                  system.childPids(child.process.pid()).stream()
                      .filter(pid -> system.read(pid).filter(it -> it.stat().isDead()).isPresent())
                      .findFirst());
      ProcessInfo info = system.read(zombie).orElseThrow();
      assertThat(info.commandLine()).isEmpty();
      assertThat(info.identity()).isEmpty();
      assertThat(info.stat().state()).isEqualTo('Z');
      assertThat(system.pssBytes(zombie)).isEmpty();
    }
  }

  @Test
  void kernelThreadHasNoCommandLine() {
    assumeTrue(system.read(2).isPresent(), "pid 2 is visible");
    assertThat(system.read(2).orElseThrow().commandLine()).isEmpty();
    assertThat(system.pssBytes(2)).isEmpty();
  }

  @Test
  void fieldsHiddenFromOtherUsersAreEmpty() throws Exception {
    boolean isRoot =
        system.read(ProcessHandle.current().pid()).orElseThrow().userId().orElseThrow() == 0;
    String[] unprivileged = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    try (JavaProcess child =
        JavaProcess.of(PrintsProcessInfo.class, 1)
            .wrappedBy(isRoot ? unprivileged : new String[0])
            .start(folder)) {
      assertThat(child.awaitExit()).as(child::toString).isZero();
      assertThat(child.out())
          .contains("parent 0\n", "io Optional.empty\n", "user OptionalLong[0]\n", "rss true\n")
          .contains("pss OptionalLong.empty\n")
          .doesNotContain("words 0\n");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 4_194_305, Long.MAX_VALUE})
  void invalidPidIsNotFound(long pid) {
    assertThat(system.read(pid)).isEmpty();
    assertThat(system.childPids(pid)).isEmpty();
    assertThat(system.pssBytes(pid)).isEmpty();
  }

  @Test
  void initHasNoIdentity() {
    assertThat(system.read(1).orElseThrow().identity()).isEmpty();
  }

  @Test
  void fieldsWithMissingFilesAreEmpty() throws IOException {
    write("7", "7 (a) S 1");
    ProcessInfo info = reader().read(7).orElseThrow();
    assertThat(info.startTime()).isEmpty();
    assertThat(info.commandLine()).isEmpty();
    assertThat(info.openFileDescriptors()).isEmpty();
    assertThat(info.io()).isEmpty();
    assertThat(info.cgroups()).isEmpty();
    Files.writeString(folder.resolve("stat"), "cpu 1 2\nbtime 1000\n");
    assertThat(reader().read(7).orElseThrow().startTime())
        .contains(Instant.ofEpochMilli(1_000_990));
  }

  @Test
  void processHandleProvidesInfoWithoutProcfs() throws Exception {
    ProcessHandleInfoReader reader = new ProcessHandleInfoReader(new ProcessHandleTable());
    try (TestProcess child = TestProcess.of("sleep", "300")) {
      Eventually.holds(
          "sleep runs",
          () -> reader.read(child.process.pid()).orElseThrow().commandLine().contains("300"));
      ProcessInfo info = reader.read(child.process.pid()).orElseThrow();
      assertThat(info.startTime()).isPresent();
      assertThat(info.identity()).isPresent();
      assertThat(info.rssBytes()).isEmpty();
      assertThat(info.threadCount()).isEmpty();
      assertThat(reader.childPids(ProcessHandle.current().pid())).contains(child.process.pid());
      assertThat(reader.pssBytes(child.process.pid())).isEmpty();
    }
    assertThat(reader.read(0)).isEmpty();
    assertThat(reader.childPids(4_194_305)).isEmpty();
  }

  private ProcfsInfoReader reader() {
    return new ProcfsInfoReader(
        folder.toFile(), new ProcfsProcessTable(folder.toFile(), UNITS), UNITS);
  }

  private void write(String pid, String beginning) throws IOException {
    Files.createDirectories(folder.resolve(pid));
    Files.writeString(
        folder.resolve(pid).resolve("stat"),
        beginning + " 44 44 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99 0 0 0\n");
  }

  private record TestProcess(Process process) implements AutoCloseable {
    static TestProcess of(String... command) throws IOException {
      return new TestProcess(new ProcessBuilder(command).start());
    }

    static TestProcess in(Path directory, String... command) throws IOException {
      return new TestProcess(new ProcessBuilder(command).directory(directory.toFile()).start());
    }

    ProcessInfo info() {
      return ProcessInfoReader.system().read(process.pid()).orElseThrow();
    }

    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
  }
}
