package io.luhproc.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.LaunchCommand;
import io.luhproc.process.ProcessEnd;
import io.luhproc.relaunch.JavaLaunch;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.TimeSource;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which launches have an archive, and which options and files they get. */
class ClassArchivesTest {
  @TempDir private Path folder;
  private Path jar;

  @BeforeEach
  void createJar() throws IOException {
    jar = Files.createFile(folder.resolve("app.jar"));
  }

  private LaunchCommand launch(Map<String, String> environment, String... options) {
    return launch(environment, true, options);
  }

  private LaunchCommand launch(
      Map<String, String> environment, boolean enabled, String... options) {
    List<String> argv = new ArrayList<>(List.of("/opt/jdk/bin/java"));
    argv.addAll(List.of(options));
    argv.addAll(List.of("-cp", jar.toString(), "com.example.App", "argument"));
    return new ClassArchives(
            enabled, Map.of("XDG_CACHE_HOME", folder.toString()), TimeSource.system())
        .addTo(new LaunchCommand(argv, environment), true);
  }

  private static String describe(LaunchCommand command) {
    return ClassArchives.describe(command.environment(), "com.example.App").orElseThrow();
  }

  private ArchiveDirectory archives() throws IOException {
    return ArchiveDirectory.open(Map.of("XDG_CACHE_HOME", folder.toString()));
  }

  private static String keyOf(LaunchCommand command) {
    String state = command.environment().get(ClassArchives.VARIABLE);
    return ArchiveDirectory.keyOf(Path.of(state.substring(state.indexOf(' ') + 1)));
  }

  @Test
  void firstLaunchRecordsAndSecondWaits() {
    LaunchCommand first = launch(Map.of());
    assertThat(first.argv().get(1)).startsWith("-XX:DumpLoadedClassList=").endsWith(".recording");
    assertThat(first.argv().get(2)).isEqualTo("-Xlog:cds*=off");
    LaunchCommand second = launch(Map.of());
    assertThat(second.argv()).doesNotContain("-Xlog:cds*=off");
    assertThat(describe(second)).isEqualTo("not used: there is none yet");
  }

  @Test
  void launchUsesArchiveWhoseSizeMatchesItsName() throws IOException {
    String key = keyOf(launch(Map.of()));
    Path archive = Files.write(archives().path().resolve(key + ".3.jsa"), new byte[3]);
    LaunchCommand used = launch(Map.of());
    assertThat(used.argv()).contains("-XX:SharedArchiveFile=" + archive);
    assertThat(describe(used)).isEqualTo("used");
    Files.write(archive, new byte[2]);
    assertThat(describe(launch(Map.of()))).isEqualTo("not used: there is none yet");
  }

  @Test
  void jvmVerifiesArchiveThatWasWrittenToOrIsUncheckedForADay() throws IOException {
    String key = keyOf(launch(Map.of()));
    Path archive = Files.write(archives().path().resolve(key + ".3.jsa"), new byte[3]);
    Instant now = Instant.now();
    ArchiveDirectory.markUsed(archive, now);
    LaunchCommand intact = launch(Map.of());
    assertThat(intact.argv()).doesNotContain(ArchiveOptions.VERIFY);
    ArchiveDirectory.markUsed(archive, now.minus(Duration.ofHours(25)));
    assertThat(launch(Map.of()).argv()).contains(ArchiveOptions.VERIFY);
    Files.setLastModifiedTime(
        archive, FileTime.from(Instant.ofEpochSecond(now.getEpochSecond(), 1_000_000)));
    assertThat(launch(Map.of()).argv()).contains(ArchiveOptions.VERIFY);
    LaunchCommand nested = launch(Map.of(), ArchiveOptions.VERIFY);
    assertThat(nested.argv()).containsOnlyOnce(ArchiveOptions.VERIFY);
    assertThat(keyOf(nested)).isEqualTo(key);
  }

  @Test
  void inheritedLogOptionIsNotRepeated() {
    LaunchCommand nested = launch(Map.of(), "-Xlog:cds*=off");
    assertThat(nested.argv()).containsOnlyOnce("-Xlog:cds*=off");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -javaagent:/a.jar              | the JVM has an agent or a debugger
          -agentlib:jdwp=server=y        | the JVM has an agent or a debugger
          -agentpath:/a.so               | the JVM has an agent or a debugger
          -Xshare:off                    | the JVM options set an archive of their own
          -XX:SharedArchiveFile=/a.jsa   | the JVM options set an archive of their own
          -XX:AOTCache=/a.aot            | the JVM options set an archive of their own
          -XX:ArchiveClassesAtExit=/a    | the JVM options set an archive of their own
          --limit-modules=java.base      | the JVM option --limit-modules is not supported
          -Xbootclasspath/a:/a.jar       | the JVM option -Xbootclasspath/a:/a.jar is not supported
          """)
  void optionPreventsArchiveOnCommandLineAndInEnvironment(String option, String reason)
      throws IOException {
    assertThat(describe(launch(Map.of(), option))).isEqualTo("not used: " + reason);
    assertThat(describe(launch(Map.of("JAVA_TOOL_OPTIONS", option))))
        .isEqualTo("not used: " + reason);
    assertThat(archives().path()).isEmptyDirectory();
  }

  @Test
  void archiveIsNotUsedWhenAppOrUserTurnsItOff() {
    assertThat(describe(launch(Map.of(), false))).isEqualTo("not used: the app has turned it off");
    LaunchCommand command = new LaunchCommand(List.of("java", "App"), Map.of());
    assertThat(
            describe(
                new ClassArchives(true, Map.of(ClassArchives.SWITCH, "OFF"), TimeSource.system())
                    .addTo(command, true)))
        .isEqualTo("not used: LUHPROC_CLASS_ARCHIVE=off");
    assertThat(
            describe(new ClassArchives(true, Map.of(), TimeSource.system()).addTo(command, false)))
        .isEqualTo("not used: the program is not started by java");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Xmx1g", "-XX:+UseSerialGC", "--add-modules=java.sql"})
  void keyDependsOnOption(String option) {
    assertThat(keyOf(launch(Map.of(), option))).isNotEqualTo(keyOf(launch(Map.of())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Da=b", "-XX:HeapDumpPath=/a", "-XX:ErrorFile=/a", "-Xlog:gc"})
  void keyIgnoresOptionThatDiffersBetweenWorkers(String option) {
    assertThat(keyOf(launch(Map.of(), option))).isEqualTo(keyOf(launch(Map.of())));
  }

  @Test
  void archiveOfNestedJarsIsUsedInPart() throws IOException {
    String key = keyOf(launch(Map.of()));
    Files.write(archives().path().resolve(key + ".3.jsa"), new byte[3]);
    Map<String, String> environment = launch(Map.of()).environment();
    assertThat(
            ClassArchives.describe(
                environment, "org.springframework.boot.loader.launch.JarLauncher"))
        .hasValueSatisfying(it -> assertThat(it).startsWith("used, but not for nested jars; "));
  }

  @Test
  void keyChangesWhenJarIsRebuiltWithSameSizeAndTime() throws IOException {
    String before = keyOf(launch(Map.of()));
    FileTime time = Files.getLastModifiedTime(jar);
    Path rebuilt = Files.createFile(folder.resolve("rebuilt.jar"));
    Files.setLastModifiedTime(rebuilt, time);
    Files.move(rebuilt, jar, StandardCopyOption.ATOMIC_MOVE);
    assertThat(Files.getLastModifiedTime(jar)).isEqualTo(time);
    assertThat(keyOf(launch(Map.of()))).isNotEqualTo(before);
  }

  @Test
  void keyDependsOnJarsOfManifest() throws IOException {
    Path library = Files.writeString(folder.resolve("library.jar"), "1");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, "missing.jar library.jar");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    String before = keyOf(launch(Map.of()));
    assertThat(keyOf(launch(Map.of()))).isEqualTo(before);
    Files.writeString(library, "22");
    assertThat(keyOf(launch(Map.of()))).isNotEqualTo(before);
  }

  @Test
  void keyDependsOnFilesOfWildcard() throws IOException {
    JavaLaunch launch =
        JavaLaunch.parse(List.of("java", "-cp", folder + "/*", "App"), Map.of()).orElseThrow();
    String before = ArchiveKey.of(launch);
    Files.writeString(folder.resolve("added.jar"), "");
    assertThat(ArchiveKey.of(launch)).isNotEqualTo(before);
  }

  @Test
  void failedArchiveIsTriedAgainAfterAnHour() throws IOException {
    ArchiveDirectory archives = archives();
    archives.turnOff("key");
    Instant now = Instant.now();
    assertThat(archives.isOff("key", now)).isTrue();
    assertThat(archives.isOff("key", now.plus(Duration.ofMinutes(61)))).isFalse();
  }

  @Test
  void filesOfTheFutureExpireWhenClockWasSetBack() throws IOException {
    String key = keyOf(launch(Map.of()));
    ArchiveDirectory archives = archives();
    Instant future = Instant.now().plus(Duration.ofDays(3_000));
    ArchiveDirectory.markUsed(archives.path().resolve(key + ".recording"), future);
    assertThat(launch(Map.of()).argv().get(1)).startsWith("-XX:DumpLoadedClassList=");
    archives.turnOff(key);
    ArchiveDirectory.markUsed(archives.path().resolve(key + ".off"), future);
    assertThat(archives.isOff(key, Instant.now())).isFalse();
    Path archive = Files.write(archives.path().resolve(key + ".3.jsa"), new byte[3]);
    ArchiveDirectory.markUsed(archive, future);
    assertThat(launch(Map.of()).argv()).contains(ArchiveOptions.VERIFY);
    Path leftover = Files.createFile(archives.temporary(key, "token"));
    ArchiveDirectory.markUsed(leftover, future);
    archives.prune(Instant.now());
    assertThat(archives.path()).isEmptyDirectory();
  }

  @Test
  void unusedAndSurplusArchivesAreDeleted() throws IOException {
    ArchiveDirectory archives = archives();
    Instant now = Instant.now();
    for (int age = 0; age < 12; age++) {
      Path archive = Files.createFile(archives.path().resolve(age + ".0.jsa"));
      ArchiveDirectory.markUsed(archive, now.minus(Duration.ofDays(age * 5L)));
    }
    Path leftover = Files.createFile(archives.temporary("key", "token"));
    ArchiveDirectory.markUsed(leftover, now.minus(Duration.ofHours(2)));
    archives.prune(now);
    File[] left = archives.path().toFile().listFiles();
    assertThat(left).hasSize(6).allMatch(file -> file.getName().length() == "0.0.jsa".length());
    assertThat(leftover).doesNotExist();
  }

  @Test
  void makingReplacesCollectorAndHeap() {
    List<String> argv =
        List.of(
            "java",
            "-XX:SharedArchiveFile=/old.jsa",
            "-Xmx16m",
            "-XX:+UseSerialGC",
            "-Xlog:gc",
            "-cp",
            "a.jar",
            "App");
    JavaLaunch launch = JavaLaunch.parse(argv, Map.of()).orElseThrow();
    assertThat(ArchiveOptions.forMaking(launch, 1 << 24))
        .containsExactly("--class-path=a.jar", "-XX:+UseG1GC", "-Xmx512m", "-Xrs");
    JavaLaunch zgc =
        JavaLaunch.parse(List.of("java", "-XX:+UseZGC", "-cp", "a.jar", "App"), Map.of())
            .orElseThrow();
    assertThat(ArchiveOptions.forMaking(zgc, 1L << 40))
        .containsExactly("-XX:+UseZGC", "--class-path=a.jar", "-Xrs");
  }

  @Test
  void listOfExecutableJarAndModuleNamesProgramWithoutMainClass() {
    Optional<JavaLaunch> executable =
        JavaLaunch.parse(List.of("java", "-jar", "/a.jar", "x"), Map.of());
    assertThat(executable.orElseThrow().program()).containsExactly("-cp", "/a.jar");
    Optional<JavaLaunch> module =
        JavaLaunch.parse(List.of("java", "-p", "/m", "-m", "a/b.C", "x"), Map.of());
    assertThat(module.orElseThrow().program()).containsExactly("-m", "a/b.C");
    assertThat(module.orElseThrow().modulePath()).containsExactly("/m");
  }

  /** As on a file system without free inodes: neither the lock nor the mark can be created. */
  @Test
  void workerGoesOnWhenNoFileCanBeCreated() throws IOException {
    LaunchCommand command = launch(Map.of());
    Path archives = archives().path();
    Files.createDirectory(archives().lock());
    Path mark = Files.createDirectories(archives.resolve(keyOf(command) + ".off/child"));
    VirtualTime time = new VirtualTime();
    WorkerArchive archive = new WorkerArchive(command.environment(), time);
    archive.onReady();
    for (int i = 0; i < 3; i++) {
      archive.run();
      time.advance(Duration.ofMinutes(1));
    }
    archive.onEnded(ProcessEnd.ofExitStatus(time.now(), 0));
    archive.close();
    assertThat(mark).isEmptyDirectory();
  }

  /** Places in which a worker that has recorded its classes finds no archives any more. */
  @ParameterizedTest
  @ValueSource(strings = {"deleted", "file", "link to nowhere"})
  void workerGoesOnWhenDirectoryIsLostWhileItRecords(String place) throws IOException {
    LaunchCommand command = launch(Map.of());
    VirtualTime time = new VirtualTime();
    WorkerArchive archive = new WorkerArchive(command.environment(), time);
    archive.onReady();
    Path archives = archives().path();
    Path moved = Files.move(archives, folder.resolve("moved"));
    if (place.equals("file")) {
      Files.createFile(archives);
    } else if (place.startsWith("link")) {
      Files.createSymbolicLink(archives, folder.resolve("missing"));
    }
    for (int i = 0; i < 3; i++) {
      archive.run();
      time.advance(Duration.ofMinutes(1));
    }
    archive.onEnded(ProcessEnd.ofExitStatus(time.now(), 0));
    archive.close();
    assertThat(folder.resolve("missing")).doesNotExist();
    assertThat(Files.isDirectory(archives)).isFalse();
    assertThat(moved.toFile().list()).hasSize(1);
    assertThat(launch(Map.of()).argv().get(1))
        .satisfies(
            option ->
                assertThat(option.startsWith("-XX:DumpLoadedClassList="))
                    .isEqualTo(place.equals("deleted")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "use", "use ", "none x", "use %s/.app.jsa", "record %s/app.jar"})
  void workerIgnoresVariableThatNoStartHasSet(String value) {
    VirtualTime time = new VirtualTime();
    WorkerArchive archive =
        new WorkerArchive(Map.of(ClassArchives.VARIABLE, value.formatted(folder)), time);
    assertThat(archive.findRejection()).isEmpty();
    archive.onReady();
    archive.run();
    time.advance(Duration.ofMinutes(1));
    archive.run();
    archive.onEnded(ProcessEnd.ofExitStatus(time.now(), 0));
    archive.close();
    assertThat(folder).isDirectoryContaining(jar::equals);
    assertThat(folder.toFile().list()).hasSize(1);
  }
}
