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

/** Duration of whole commands, from launch to exit. */
final class CommandSection {
  private static final double MAX_RATIO = 1.1;
  private static final String INFO_TRIAL = "example-app.jar info";
  private static final String HELLO_TRIAL = "picocli hello world";

  private CommandSection() {}

  static List<ResultRow> run(BenchEnvironment environment) throws Exception {
    if (environment.exampleJar().isEmpty()) {
      return List.of(ResultRow.of("`java -jar example-app.jar info`", "not built", ""));
    }
    Path jar = environment.exampleJar().get().toAbsolutePath();
    Path folder = environment.createDirectory("command");
    Map<String, String> variables = Map.of("LUHPROC_TMP_DIR", folder.resolve("root").toString());
    String indexedFolder = Files.createDirectory(folder.resolve("indexed")).toRealPath().toString();
    new CommandRunner(jarCommand(jar, "index", indexedFolder), variables).timeToExit();
    InterleavedTrials trials =
        new InterleavedTrials()
            .add(
                INFO_TRIAL,
                new CommandRunner(jarCommand(jar, "info", "INDEXER", indexedFolder), variables)
                    ::timeToExit)
            .add(
                HELLO_TRIAL,
                new CommandRunner(jarCommand(createHelloJar(folder)), Map.of())::timeToExit)
            .add(
                "JVM hello world",
                new CommandRunner(BenchEnvironment.javaCommand(HelloMain.class, "plain"), Map.of())
                    ::timeToExit);
    environment
        .comparedCommands()
        .forEach((name, line) -> trials.add(name, new CommandRunner(line, Map.of())::timeToExit));
    trials.run(2, 25);
    new CommandRunner(jarCommand(jar, "stop", "INDEXER", indexedFolder), variables).timeToExit();
    double infoMillis = trials.samplesOf(INFO_TRIAL).median();
    double ratio = infoMillis / trials.samplesOf(HELLO_TRIAL).median();
    return List.of(
        new ResultRow(
            "`java -jar example-app.jar info`, whole process",
            Samples.formatMillis(infoMillis) + ", " + Samples.formatRatio(ratio),
            trials.mediansExcept(INFO_TRIAL),
            "<= " + Samples.formatRatio(MAX_RATIO) + " of picocli",
            ratio <= MAX_RATIO));
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
