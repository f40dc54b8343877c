package io.luhproc.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Duration of whole commands, from launch to exit. */
final class CommandSection {
  private static final double MAX_RATIO = 1.1;
  private static final double MAX_LAUNCHER_RATIO = 0.6;
  private static final String INFO_TRIAL = "example-app.jar info";
  private static final String LAUNCHER_INFO_TRIAL = "example-app info";
  private static final String LAUNCHER_LIST_TRIAL = "example-app list";
  private static final String JVM_TRIAL = "JVM hello world";
  private static final String HELLO_TRIAL = "picocli hello world";

  private CommandSection() {}

  static List<ResultRow> run(BenchEnvironment environment) throws Exception {
    if (environment.exampleJar().isEmpty()) {
      return List.of(ResultRow.of("commands of the example", "not built", ""));
    }
    Path jar = environment.exampleJar().get().toAbsolutePath();
    String launcher = jar.resolveSibling("example-app").toString();
    Path folder = environment.createDirectory("command");
    Path cache = folder.resolve("cache");
    Map<String, String> variables =
        Map.of(
            "LUHPROC_TMP_DIR", folder.resolve("root").toString(),
            "XDG_CACHE_HOME", cache.toString());
    String indexedFolder = Files.createDirectory(folder.resolve("indexed")).toRealPath().toString();
    String[] info = {"info", "INDEXER", indexedFolder};
    new CommandRunner(jarCommand(jar, "index", indexedFolder), variables).timeToExit();
    LuhprocProgram.makeClassArchive(List.of(launcher, "list"), variables, cache);
    InterleavedTrials trials =
        new InterleavedTrials()
            .add(INFO_TRIAL, new CommandRunner(jarCommand(jar, info), variables)::timeToExit)
            .add(
                LAUNCHER_INFO_TRIAL,
                new CommandRunner(
                        Stream.concat(Stream.of(launcher), Stream.of(info)).toList(), variables)
                    ::timeToExit)
            .add(
                LAUNCHER_LIST_TRIAL,
                new CommandRunner(List.of(launcher, "list"), variables)::timeToExit)
            .add(
                HELLO_TRIAL,
                new CommandRunner(jarCommand(createHelloJar(folder)), Map.of())::timeToExit)
            .add(
                JVM_TRIAL,
                new CommandRunner(BenchEnvironment.javaCommand(HelloMain.class, "plain"), Map.of())
                    ::timeToExit);
    environment
        .comparedCommands()
        .forEach((name, line) -> trials.add(name, new CommandRunner(line, Map.of())::timeToExit));
    trials.run(2, 25);
    new CommandRunner(jarCommand(jar, "stop", "INDEXER", indexedFolder), variables).timeToExit();
    return List.of(
        row("`java -jar example-app.jar info`", INFO_TRIAL, MAX_RATIO, trials),
        row("`example-app info` by its launcher", LAUNCHER_INFO_TRIAL, MAX_LAUNCHER_RATIO, trials),
        row("`example-app list` by its launcher", LAUNCHER_LIST_TRIAL, MAX_LAUNCHER_RATIO, trials));
  }

  private static ResultRow row(String name, String trial, double max, InterleavedTrials trials) {
    double millis = trials.samplesOf(trial).median();
    double ratio = millis / trials.samplesOf(HELLO_TRIAL).median();
    return new ResultRow(
        name + ", whole process",
        Samples.formatMillis(millis) + ", " + Samples.formatRatio(ratio),
        trials.mediansExcept(INFO_TRIAL, LAUNCHER_INFO_TRIAL, LAUNCHER_LIST_TRIAL),
        "<= " + Samples.formatRatio(max) + " of picocli",
        ratio <= max);
  }

  static List<String> jarCommand(Path jar, String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(BenchEnvironment.javaExecutable(), "-jar", jar.toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Creates a jar that contains only the command and picocli. */
  static Path createHelloJar(Path folder) throws IOException {
    Path jar = folder.resolve("hello.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, HelloCommand.class.getName());
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      copy(HelloCommand.class.getName().replace('.', '/') + ".class", out);
      try (JarFile picocli = new JarFile(picocliJar().toFile())) {
        for (JarEntry entry : picocli.stream().toList()) {
          if (entry.getName().startsWith("picocli/") && entry.getName().endsWith(".class")) {
            copy(entry.getName(), out);
          }
        }
      }
    }
    return jar;
  }

  private static Path picocliJar() {
    var source = picocli.CommandLine.class.getProtectionDomain().getCodeSource();
    return Path.of(source.getLocation().getPath());
  }

  private static void copy(String name, JarOutputStream out) throws IOException {
    try (InputStream in = CommandSection.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the class path has no " + name);
      }
      out.putNextEntry(new JarEntry(name));
      in.transferTo(out);
      out.closeEntry();
    }
  }
}
