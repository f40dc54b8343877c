package io.luhproc.cli.service;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the launcher script with the jar of the program. */
final class LauncherIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  @TempDir private Path folder;
  private Path bin;
  private Path cache;

  @BeforeEach
  void install() throws IOException {
    bin = Files.createDirectory(folder.resolve("a program's folder"));
    cache = folder.resolve("cache");
    Path jar = Path.of(System.getProperty("luhproc.program.jar"));
    Files.copy(jar.resolveSibling("luhproc"), bin.resolve("luhproc"), COPY_ATTRIBUTES);
    Files.copy(jar, bin.resolve("luhproc.jar"));
  }

  private record Result(int code, String out, String err) {}

  /** Runs {@code version} with other environment variables; an empty value removes a variable. */
  private Result run(Path command, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command.toString(), "version")
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    // The build turns off the archives of workers; the launcher obeys the same variable.
    String ignored = builder.environment().remove("LUHPROC_CLASS_ARCHIVE");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("XDG_CACHE_HOME", cache.toString());
    builder.environment().putAll(environment);
    builder.environment().values().removeIf(String::isEmpty);
    int code = builder.start().waitFor();
    return new Result(code, Files.readString(out), Files.readString(err));
  }

  private void assertRuns(Map<String, String> environment) throws Exception {
    assertRuns(bin.resolve("luhproc"), environment);
  }

  private void assertRuns(Path command, Map<String, String> environment) throws Exception {
    Result result = run(command, environment);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith("luhproc ");
    assertThat(result.code()).isZero();
  }

  private List<Path> archives() {
    Path archives = cache.resolve("luhproc");
    if (!Files.isDirectory(archives)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(archives)) {
      return files.filter(it -> it.toString().matches(".*\\.(jsa|aot)")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitArchives(int count) throws InterruptedException {
    Deadline deadline = Deadline.after(TimeSource.system(), TIMEOUT);
    assertThat(deadline.await(() -> archives().size() == count)).as("%s", archives()).isTrue();
  }

  @Test
  void archiveIsMadeOnceAndAgainAfterJarIsReplaced() throws Exception {
    assertRuns(Map.of());
    awaitArchives(1);
    assertThat(Files.getPosixFilePermissions(cache.resolve("luhproc")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(
            Files.readString(archives().get(0), ISO_8859_1)
                .contains("io/luhproc/cli/client/DaemonClient"))
        .isTrue();
    assertRuns(Map.of());
    assertRuns(Files.createSymbolicLink(folder.resolve("link"), bin.resolve("luhproc")), Map.of());
    assertThat(archives()).hasSize(1);
    Files.setLastModifiedTime(bin.resolve("luhproc.jar"), FileTime.from(Instant.EPOCH));
    assertRuns(Map.of());
    awaitArchives(2);
  }

  @Test
  void damagedArchiveIsAsIfThereWereNone() throws Exception {
    assertRuns(Map.of());
    awaitArchives(1);
    Path archive = archives().get(0);
    byte[] bytes = Files.readAllBytes(archive);
    for (byte[] damaged :
        List.of(
            Arrays.copyOf(bytes, bytes.length / 2), "no archive".getBytes(UTF_8), new byte[0])) {
      Files.delete(archive);
      Files.write(archive, damaged);
      assertRuns(Map.of());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
  void collectorOfUserIsNoConflictWithThatOfLauncher(String variable) throws Exception {
    Map<String, String> environment = Map.of(variable, "-XX:+UseParallelGC");
    for (int i = 0; i < 2; i++) {
      assertSucceeds(environment);
      awaitArchives(1);
    }
  }

  private void assertSucceeds(Map<String, String> environment) throws Exception {
    Result result = run(bin.resolve("luhproc"), environment);
    assertThat(result.code()).as(result.out() + result.err()).isZero();
  }

  @Test
  void maximumHeapOfUserMayBeBelowInitialHeapOfLauncher() throws Exception {
    assertRuns(Map.of());
    awaitArchives(1);
    assertSucceeds(Map.of("JAVA_TOOL_OPTIONS", "-Xmx6m"));
    assertSucceeds(Map.of("JAVA_TOOL_OPTIONS", "-Xmx6m", "LUHPROC_CLASS_ARCHIVE", "off"));
  }

  @Test
  void noArchiveIsMadeIfThereIsNoPlaceOrItIsTurnedOff() throws Exception {
    assertRuns(Map.of("LUHPROC_CLASS_ARCHIVE", "off"));
    assertRuns(Map.of("XDG_CACHE_HOME", "", "HOME", ""));
    assertRuns(Map.of("XDG_CACHE_HOME", "relative"));
    Path file = Files.createFile(folder.resolve("file"));
    assertRuns(Map.of("XDG_CACHE_HOME", file.toString()));
    assertThat(cache).doesNotExist();
    assertThat(Path.of("relative")).doesNotExist();
  }

  @Test
  void missingJarOrJavaIsNamed() throws Exception {
    Result noJava = run(bin.resolve("luhproc"), Map.of("JAVA_HOME", "/nowhere"));
    assertThat(noJava.err()).startsWith("luhproc: cannot find java; ");
    assertThat(noJava.code()).isEqualTo(1);
    Files.delete(bin.resolve("luhproc.jar"));
    Result noJar = run(bin.resolve("luhproc"), Map.of());
    assertThat(noJar.err()).startsWith("luhproc: cannot find ").contains("; put luhproc.jar ");
    assertThat(noJar.code()).isEqualTo(1);
  }
}
