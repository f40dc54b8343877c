package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.worker.app.ArchiveApp;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** {@link ArchiveApp} with a root and a cache directory of its own. Close stops its workers. */
final class ArchivedApp implements AutoCloseable {
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
    return new ArchivedApp(folder).program("-cp", join(jars(folder)), ArchiveApp.class.getName());
  }

  /** Returns the app with a class path that names the jars by a wildcard. */
  static ArchivedApp ofWildcard(Path folder) throws IOException {
    Path libraries = Files.createDirectories(folder.resolve("lib"));
    for (String jar : jars(folder)) {
      Files.copy(Path.of(jar), libraries.resolve(Path.of(jar).getFileName()));
    }
    return new ArchivedApp(folder).program("-cp", libraries + "/*", ArchiveApp.class.getName());
  }

  /** Returns the app with the class path of the tests, which has directories. */
  static ArchivedApp ofDirectories(Path folder) throws IOException {
    return new ArchivedApp(folder)
        .program("-cp", System.getProperty("java.class.path"), ArchiveApp.class.getName());
  }

  /** Returns the app as a jar that names the other jars in its manifest. */
  static ArchivedApp ofExecutableJar(Path folder) throws IOException {
    Path jar = AppPackages.runnableJar(folder.resolve("app.jar"), jars(folder));
    return new ArchivedApp(folder).program("-jar", jar.toString());
  }

  /** Returns the app as a jar that contains the classes of all others. */
  static ArchivedApp ofFatJar(Path folder) throws IOException {
    Path jar = AppPackages.fatJar(folder.resolve("app.jar"), jars(folder));
    return new ArchivedApp(folder).program("-jar", jar.toString());
  }

  /** Returns the app as an image of jpackage; skips a JDK that cannot make one. */
  static ArchivedApp ofImage(Path folder, Path jdk) throws Exception {
    Path jar = AppPackages.fatJar(folder.resolve("app.jar"), jars(folder));
    return new ArchivedApp(folder).java(AppPackages.image(jdk, jar, folder));
  }

  /** Returns the app with the library on the module path. */
  static ArchivedApp ofModules(Path folder) throws IOException {
    List<String> modules = new ArrayList<>(jars(folder));
    // The classes of the tests are no module.
    String testJar = modules.stream().filter(ArchivedApp::hasTests).findFirst().orElseThrow();
    modules.remove(testJar);
    return new ArchivedApp(folder)
        .program("-p", join(modules), "--add-modules", "io.luhproc.core,org.slf4j.simple")
        .program("-cp", testJar, ArchiveApp.class.getName());
  }

  private static boolean hasTests(String jar) {
    try (JarFile file = new JarFile(jar)) {
      return file.getEntry(ArchiveApp.class.getName().replace('.', '/') + ".class") != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> jars(Path folder) throws IOException {
    return AppPackages.jars(folder.resolve("jars"));
  }

  private static String join(List<String> jars) {
    return String.join(File.pathSeparator, jars);
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
