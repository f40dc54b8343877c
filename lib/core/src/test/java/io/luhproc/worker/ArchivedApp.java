package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.ClassPathJars;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.worker.app.ArchiveApp;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@link ArchiveApp} with a root and a cache directory of its own. Close stops its workers. */
final class ArchivedApp implements AutoCloseable {
  private static final Pattern NEEDED =
      Pattern.compile(".*/(classes\\d*\\.jar|(jnr-|jffi-|asm|commons-codec|slf4j|jspecify).*)");

  private final Path folder;
  private final Path root;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> prefix = new ArrayList<>();
  private final List<String> program = new ArrayList<>();
  private Path java = Path.of(System.getProperty("java.home"), "bin/java");

  private ArchivedApp(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.root = folder.resolve("root");
    Files.createDirectories(cache());
    environment.put("XDG_CACHE_HOME", cache().toString());
    environment.put("LUHPROC_CLASS_ARCHIVE", "");
  }

  /** Returns the app with a class path of jars. */
  static ArchivedApp ofJars(Path folder) throws IOException {
    return new ArchivedApp(folder)
        .program("-cp", jars(folder.resolve("jars")), ArchiveApp.class.getName());
  }

  /** Returns the app with the class path of the tests, which has directories. */
  static ArchivedApp ofDirectories(Path folder) throws IOException {
    return new ArchivedApp(folder)
        .program("-cp", System.getProperty("java.class.path"), ArchiveApp.class.getName());
  }

  /** Returns the app as a jar that names the other jars in its manifest. */
  static ArchivedApp ofExecutableJar(Path folder) throws IOException {
    String classPath = jars(folder.resolve("jars")).replace(":", " ");
    Path manifest = folder.resolve("manifest");
    String text = "Main-Class: " + ArchiveApp.class.getName() + "\nClass-Path: " + classPath;
    // A line has at most 72 bytes; the following ones begin with a space.
    Files.writeString(manifest, text.replaceAll("(?m)(.{70})(?=.)", "$1\n ") + "\n");
    Path jar = folder.resolve("app.jar");
    ClassPathJars.runJarTool("-cfm", jar.toString(), manifest.toString(), manifest.toString());
    return new ArchivedApp(folder).program("-jar", jar.toString());
  }

  /** Returns the app with the library on the module path. */
  static ArchivedApp ofModules(Path folder) throws IOException {
    List<String> jars = List.of(jars(folder.resolve("jars")).split(File.pathSeparator, -1));
    // The classes of the tests are no module.
    String testJar = jars.stream().filter(ArchivedApp::hasTests).findFirst().orElseThrow();
    String modules =
        jars.stream()
            .filter(it -> !it.equals(testJar))
            .collect(Collectors.joining(File.pathSeparator));
    return new ArchivedApp(folder)
        .program("-p", modules, "--add-modules", "io.luhproc.core,org.slf4j.simple")
        .program("-cp", testJar, ArchiveApp.class.getName());
  }

  private static boolean hasTests(String jar) {
    try (JarFile file = new JarFile(jar)) {
      return file.getEntry(ArchiveApp.class.getName().replace('.', '/') + ".class") != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String jars(Path folder) throws IOException {
    Files.createDirectories(folder);
    return Arrays.stream(ClassPathJars.packFolders(folder).split(File.pathSeparator, -1))
        .filter(it -> NEEDED.matcher(it).matches())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private ArchivedApp program(String... arguments) {
    program.addAll(List.of(arguments));
    return this;
  }

  ArchivedApp java(Path launcher) {
    java = launcher;
    return this;
  }

  ArchivedApp env(String name, Object value) {
    environment.put(name, value.toString());
    return this;
  }

  /** Adds a command before the command line of the starter. */
  ArchivedApp wrappedBy(String... command) {
    prefix.addAll(List.of(command));
    return this;
  }

  Path cache() {
    return folder.resolve("cache");
  }

  Path archives() {
    return cache().resolve("luhproc/archives");
  }

  Path jar() {
    return folder.resolve("jars/classes0.jar");
  }

  ProcessManager manager() {
    return ArchiveApp.manager(root).build();
  }

  /** Starts a worker in each turn and waits until it is ready. */
  void start(String... ids) throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.add(java.toString());
    command.addAll(program);
    command.add(root.toString());
    command.addAll(List.of(ids));
    JavaProcess.Builder builder = JavaProcess.of(ArchiveApp.class);
    environment.forEach(builder::env);
    try (JavaProcess starter = builder.start(folder, command)) {
      assertThat(starter.awaitExit()).as(starter::toString).isZero();
      assertThat(starter.err()).isEmpty();
    }
  }

  WorkerInfo info(String id) {
    return manager().info(ArchiveApp.TASK, id).orElseThrow();
  }

  /** Returns whether a worker uses an archive, as recorded once its task runs. */
  String state(String id) {
    Eventually.holds(
        "the worker has recorded that it runs",
        () ->
            Files.readString(info(id).directory().resolve("process.properties"))
                .contains("\nrunning="));
    return info(id).classArchive().orElseThrow();
  }

  /** Stops a worker, and checks that its JVM has printed nothing. */
  StopResult stop(String id) throws IOException {
    WorkerInfo worker = info(id);
    StopResult result =
        manager().stop(ArchiveApp.TASK, id, StopOptions.builder().keepLogs(true).build());
    assertThat(worker.logFile()).content().isEmpty();
    assertThat(worker.errorFile()).content().isEmpty();
    return result;
  }

  /** Starts a worker, waits for its archive, stops it and returns the archive. */
  Path makeArchive() throws Exception {
    start("maker");
    Path archive = awaitFile(".jsa");
    stop("maker");
    return archive;
  }

  Path awaitFile(String suffix) {
    Eventually.holds(
        () -> "a file with suffix " + suffix + "; files: " + files(),
        () -> files().stream().anyMatch(it -> it.endsWith(suffix)));
    return archives()
        .resolve(files().stream().filter(it -> it.endsWith(suffix)).findFirst().orElseThrow());
  }

  List<String> files() {
    if (Files.notExists(archives())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(archives())) {
      return files.map(it -> it.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    List<StopResult> ignored = manager().stopAll(ArchiveApp.TASK);
  }
}
