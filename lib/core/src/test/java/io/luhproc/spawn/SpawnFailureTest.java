package io.luhproc.spawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.process.SpawnException;
import io.luhproc.process.SpawnFailure;
import io.luhproc.procfs.ProcessInfoReader;
import io.luhproc.testing.InstalledJdks;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.SymlinkedJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests failures caused by the kernel, its limits and a broken JDK. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class SpawnFailureTest {
  @TempDir Path folder;

  static List<Path> jdks() {
    return InstalledJdks.homes();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void missingSpawnHelperIsReportedWithRemedy(Path jdk) throws Exception {
    Path java = SymlinkedJdk.withoutSpawnHelper(jdk, folder.resolve("jdk")).java();
    String mechanism = InstalledJdks.featureVersion(jdk).equals("17") ? "VFORK" : "FORK";
    try (JavaProcess child = launchFixture("plain").java(java).start(folder)) {
      assertThat(failureOf(child))
          .startsWith("NO_SPAWN_HELPER false cannot start sh: the JDK's ")
          .contains("lib/jspawnhelper is missing: was the JDK updated or removed")
          .endsWith("-Djdk.lang.Process.launchMechanism=" + mechanism);
    }
    try (JavaProcess child =
        launchFixture("plain")
            .java(java)
            .options("-Djdk.lang.Process.launchMechanism=" + mechanism)
            .start(folder)) {
      child.writeLine("go");
      assertThat(child.awaitLine("exit ")).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
  void descriptorExhaustionIsReportedAsRetriable(int left) throws Exception {
    try (JavaProcess child =
        launchFixture("files", left).wrappedBy("prlimit", "--nofile=100").start(folder)) {
      child.writeLine("go");
      child.awaitLine("ready");
      assertThat(child.awaitExit()).as(child::toString).isZero();
      String last = child.out().strip();
      last = last.substring(last.lastIndexOf('\n') + 1);
      assertThat(last)
          .satisfiesAnyOf(
              it -> assertThat(left).as(it).isGreaterThan(4),
              it -> assertThat(it).startsWith("refused NO_DESCRIPTORS true cannot start sh: "));
      assertThat(last).matches("exit 0|refused NO_DESCRIPTORS .*raise `ulimit -n`.*");
    }
  }

  @Test
  void processLimitIsReportedAsRetriable() throws Exception {
    assumeThat(isRoot()).isTrue();
    Path open = Files.createDirectory(folder.resolve("open"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    try (JavaProcess child =
        JavaProcess.of(LaunchesOnce.class, open, "plain")
            .wrappedBy("setpriv", "--reuid=64987", "--regid=64987", "--clear-groups")
            .start(folder)) {
      child.awaitLine("ready");
      int limited =
          new ProcessBuilder(
                  "setpriv",
                  "--reuid=64987",
                  "--regid=64987",
                  "--clear-groups",
                  "prlimit",
                  "--pid=" + child.pid(),
                  "--nproc=1:1")
              .start()
              .waitFor();
      assertThat(limited).isZero();
      assertThat(failureOf(child))
          .startsWith("NO_PROCESSES true cannot start sh: no more processes are allowed")
          .contains("ulimit -u", "pids.max");
    }
  }

  @Test
  void tooLongArgumentsAreNotRetriable() {
    SpawnException refused = failureOf(request(List.of("true", "x".repeat(200_000))));
    assertThat(refused.failure()).isEqualTo(SpawnFailure.ARGUMENTS_TOO_LONG);
    assertThat(refused.isRetriable()).isFalse();
    assertThat(refused).hasMessageContaining("E2BIG");
  }

  @Test
  void unopenableOutputFileIsNamedInFailure() throws IOException {
    Path directory = Files.createDirectory(folder.resolve("out"));
    SpawnException refused = failureOf(request(List.of("true")));
    assertThat(refused.failure()).isEqualTo(SpawnFailure.OUTPUT_UNAVAILABLE);
    assertThat(refused).hasMessageContaining(directory.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cannot run program \"x\": error=12, Cannot allocate memory",
        "Cannot run program \"x\": posix_spawn failed, error: 12 (Nicht genug Hauptspeicher)"
      })
  void enomemIsTranslatedToRetriableFailure(String message) {
    SpawnException refused =
        SpawnFailureTranslator.translate(request(List.of("x")), new IOException(message));
    assertThat(refused.failure()).isEqualTo(SpawnFailure.NO_MEMORY);
    assertThat(refused.isRetriable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "error=0, Failed to exec spawn helper: pid: 3, exit value: 1",
        "posix_spawn failed, error: 13 (x)\n  - Spawn helper ran into JDK version mismatch"
      })
  void spawnHelperVersionMismatchIsReported(String message) {
    SpawnException refused =
        SpawnFailureTranslator.translate(request(List.of("x")), new IOException(message));
    assertThat(refused.failure()).isEqualTo(SpawnFailure.NO_SPAWN_HELPER);
    assertThat(refused).hasMessageContaining("jspawnhelper does not work");
  }

  /** Here jspawnhelper exists, as after an update of the JDK. */
  @Test
  void enoentIsAttributedToSpawnHelperWhenProgramExists() {
    IOException enoent = new IOException("error=2, No such file or directory");
    SpawnException refused =
        SpawnFailureTranslator.translate(request(List.of("sh", "-c", "true")), enoent);
    assertThat(refused.failure()).isEqualTo(SpawnFailure.NO_SPAWN_HELPER);
    assertThat(refused).hasMessageContaining("missing temporarily").hasMessageContaining("FORK");
    assertThat(
            SpawnFailureTranslator.translate(request(List.of("/no/such/program")), enoent)
                .failure())
        .isEqualTo(SpawnFailure.BAD_PROGRAM);
  }

  @Test
  void unknownErrnoIsTranslatedToOther() {
    SpawnException refused =
        SpawnFailureTranslator.translate(
            request(List.of("x")), new IOException("error=99, strange"));
    assertThat(refused.failure()).isEqualTo(SpawnFailure.OTHER);
    assertThat(refused)
        .hasMessageEndingWith("error=99, strange")
        .hasCauseInstanceOf(IOException.class);
  }

  static boolean isRoot() {
    return ProcessInfoReader.system()
            .read(ProcessHandle.current().pid())
            .orElseThrow()
            .userId()
            .orElse(-1)
        == 0;
  }

  private static SpawnException failureOf(LaunchRequest request) {
    return catchThrowableOfType(
        SpawnException.class, () -> Launcher.withSearchPath("/usr/bin:/bin").launch(request));
  }

  private static String failureOf(JavaProcess child) throws Exception {
    child.awaitLine("ready");
    child.writeLine("go");
    assertThat(child.awaitExit()).as(child::toString).isZero();
    String text = child.out();
    return text.substring(text.indexOf("refused", text.indexOf("ready")) + "refused ".length())
        .strip();
  }

  private LaunchRequest request(List<String> argv) {
    return new LaunchRequest(argv, Map.of(), folder, folder.resolve("out"), folder.resolve("err"));
  }

  private JavaProcess.Builder launchFixture(Object... arguments) {
    return JavaProcess.of(
        LaunchesOnce.class, Stream.concat(Stream.of(folder), Stream.of(arguments)).toArray());
  }
}
