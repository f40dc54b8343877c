package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.NothingLeft;
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

/** What this machine tells of real processes. */
@Tag("process")
@ExtendWith(NothingLeft.class)
class ProcessInfoTest {
  private static final AuxiliaryVector UNITS = new AuxiliaryVector(4096, 100);

  @TempDir Path folder;

  @Test
  void thisJvmIsToldInAllParts() throws IOException {
    ProcessHandle self = ProcessHandle.current();
    ProcessInfo info = ProcessInfo.of(self.pid()).orElseThrow();
    assertThat(info.pid()).isEqualTo(self.pid());
    assertThat(info.entry().parent()).isEqualTo(self.parent().orElseThrow().pid());
    assertThat(info.identity()).isEqualTo(ProcessTable.system().identify(self.pid()));
    assertThat(info.userId())
        .hasValue((Integer) Files.getAttribute(Path.of("/proc/self/stat"), "unix:uid"));
    assertThat(info.threads().orElseThrow()).isGreaterThan(1);
    assertThat(info.io().orElseThrow().readChars()).isPositive();
    assertThat(info.cgroups())
        .isNotEmpty()
        .allSatisfy((name, path) -> assertThat(path).startsWith("/"));
    long rss = info.rssBytes().orElseThrow();
    assertThat(ProcessInfo.pssOf(self.pid()).orElseThrow()).isBetween(rss / 4, rss * 2);
  }

  @Test
  void theStartIsTheTimeThatItWasStarted() throws Exception {
    Instant before = Instant.ofEpochMilli(System.currentTimeMillis());
    try (Child child = Child.of("sleep", "300")) {
      Instant start = child.info().startTime().orElseThrow();
      assertThat(Duration.between(before, start))
          .isBetween(Duration.ofSeconds(-2), Duration.ofSeconds(5));
    }
  }

  @Test
  void argumentsAreKeptApartWhateverTheyHold() throws Exception {
    List<String> command =
        List.of("sh", "-c", "sleep 300; :", "a b", "", "new\nline", "größe", "x=\"1\"");
    try (Child child = Child.of(command.toArray(String[]::new))) {
      Eventually.holds("it is the shell", () -> child.info().commandLine().equals(command));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "x) S 1 (y", "line\nbreak", "\nUid:\t7\t7", ")", "größe"})
  void aProgramMayHaveAnyName(String name) throws Exception {
    Path program = Files.copy(Path.of("/bin/sleep"), folder.resolve(name));
    long user = ProcessInfo.of(ProcessHandle.current().pid()).orElseThrow().userId().orElseThrow();
    try (Child child = Child.of(program.toString(), "300")) {
      Eventually.holds("its name is " + name, () -> child.info().entry().name().equals(name));
      assertThat(child.info().userId()).hasValue(user);
      assertThat(child.info().entry().parent()).isEqualTo(ProcessHandle.current().pid());
    }
  }

  @Test
  void openDescriptorsAndWhatWasWrittenAreCounted() throws Exception {
    String script = "exec 5</dev/null 6</dev/null; head -c 100000 /dev/zero >x; exec sleep 300";
    try (Child child = Child.in(folder, "sh", "-c", script)) {
      Eventually.holds("it is sleep", () -> child.info().commandLine().contains("300"));
      // While it is being loaded, the loader has a library open now and then.
      Eventually.holds("it has five", () -> child.info().descriptors().equals(OptionalInt.of(5)));
    }
  }

  @Test
  void bytesThatAreWrittenAreCounted() throws Exception {
    String script = "printf %100000s x >x; read y";
    try (Child child = Child.in(folder, "sh", "-c", script)) {
      // The JDK's helper, which became the shell, has written a few bytes too.
      Eventually.holds(
          "it has written", () -> child.info().io().orElseThrow().writtenChars() / 1000 == 100);
    }
  }

  @Test
  void childrenAreThoseOfAllThreads() throws Exception {
    try (Child child = Child.of("sh", "-c", "sleep 300 & sleep 300 & wait")) {
      Eventually.holds("it has two", () -> ProcessInfo.childrenOf(child.process.pid()).size() == 2);
      List<Long> pids = ProcessInfo.childrenOf(child.process.pid());
      assertThat(child.process.children().map(ProcessHandle::pid))
          .containsExactlyInAnyOrderElementsOf(pids);
      assertThat(ProcessInfo.childrenOf(ProcessHandle.current().pid()))
          .contains(child.process.pid());
    }
  }

  @Test
  void childrenAreFoundWithoutTheKernelsList() throws Exception {
    Files.createDirectories(folder.resolve("7/task/7"));
    write("7", "7 (a) S 1");
    write("8", "8 (b) S 7");
    write("9", "9 (c) S 8");
    assertThat(details().children(7)).containsExactly(8L);
    assertThat(details().children(70)).isEmpty();
  }

  @Test
  void aZombieHasNoCommandLineAndNoIdentity() throws Exception {
    try (Child child = Child.of("sh", "-c", "sleep 0 & exec sleep 300")) {
      long zombie =
          Eventually.present(
              "a zombie",
              () ->
                  ProcessInfo.childrenOf(child.process.pid()).stream()
                      .filter(
                          pid -> ProcessInfo.of(pid).filter(it -> it.entry().isDead()).isPresent())
                      .findFirst());
      ProcessInfo info = ProcessInfo.of(zombie).orElseThrow();
      assertThat(info.commandLine()).isEmpty();
      assertThat(info.identity()).isEmpty();
      assertThat(info.entry().state()).isEqualTo('Z');
      assertThat(ProcessInfo.pssOf(zombie)).isEmpty();
    }
  }

  @Test
  void aThreadOfTheKernelHasNoCommandLine() {
    assumeThat(ProcessInfo.of(2)).isPresent();
    assertThat(ProcessInfo.of(2).orElseThrow().commandLine()).isEmpty();
    assertThat(ProcessInfo.pssOf(2)).isEmpty();
  }

  @Test
  void whatAnotherUserMayNotSeeIsEmpty() throws Exception {
    boolean root =
        ProcessInfo.of(ProcessHandle.current().pid()).orElseThrow().userId().orElseThrow() == 0;
    String[] nobody = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    try (JavaProcess child =
        JavaProcess.of(TellsOfProcess.class, 1)
            .wrappedInto(root ? nobody : new String[0])
            .start(folder)) {
      assertThat(child.await()).as(child::toString).isZero();
      assertThat(child.out())
          .contains("parent 0\n", "io Optional.empty\n", "user OptionalLong[0]\n", "rss true\n")
          .contains("pss OptionalLong.empty\n")
          .doesNotContain("words 0\n");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, 4_194_305, Long.MAX_VALUE})
  void numbersThatAreNoPidAreNobody(long pid) {
    assertThat(ProcessInfo.of(pid)).isEmpty();
    assertThat(ProcessInfo.childrenOf(pid)).isEmpty();
    assertThat(ProcessInfo.pssOf(pid)).isEmpty();
  }

  @Test
  void initHasNoIdentity() {
    assertThat(ProcessInfo.of(1).orElseThrow().identity()).isEmpty();
  }

  @Test
  void partsThatAreMissingAreEmpty() throws IOException {
    write("7", "7 (a) S 1");
    ProcessInfo info = details().info(7).orElseThrow();
    assertThat(info.startTime()).isEmpty();
    assertThat(info.commandLine()).isEmpty();
    assertThat(info.descriptors()).isEmpty();
    assertThat(info.io()).isEmpty();
    assertThat(info.cgroups()).isEmpty();
    Files.writeString(folder.resolve("stat"), "cpu 1 2\nbtime 1000\n");
    assertThat(details().info(7).orElseThrow().startTime())
        .contains(Instant.ofEpochMilli(1_000_990));
  }

  @Test
  void withoutProcItIsWhatTheHandleTells() throws Exception {
    HandleDetails details = new HandleDetails(new HandleProcessTable());
    try (Child child = Child.of("sleep", "300")) {
      Eventually.holds(
          "it is sleep",
          () -> details.info(child.process.pid()).orElseThrow().commandLine().contains("300"));
      ProcessInfo info = details.info(child.process.pid()).orElseThrow();
      assertThat(info.startTime()).isPresent();
      assertThat(info.identity()).isPresent();
      assertThat(info.rssBytes()).isEmpty();
      assertThat(info.threads()).isEmpty();
      assertThat(details.children(ProcessHandle.current().pid())).contains(child.process.pid());
      assertThat(details.pss(child.process.pid())).isEmpty();
    }
    assertThat(details.info(0)).isEmpty();
    assertThat(details.children(4_194_305)).isEmpty();
  }

  private ProcDetails details() {
    return new ProcDetails(folder.toFile(), new ProcTable(folder.toFile(), UNITS), UNITS);
  }

  private void write(String pid, String beginning) throws IOException {
    Files.createDirectories(folder.resolve(pid));
    Files.writeString(
        folder.resolve(pid).resolve("stat"),
        beginning + " 44 44 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99 0 0 0\n");
  }

  private record Child(Process process) implements AutoCloseable {
    static Child of(String... command) throws IOException {
      return new Child(new ProcessBuilder(command).start());
    }

    static Child in(Path directory, String... command) throws IOException {
      return new Child(new ProcessBuilder(command).directory(directory.toFile()).start());
    }

    ProcessInfo info() {
      return ProcessInfo.of(process.pid()).orElseThrow();
    }

    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
  }
}
