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

/** Whole commands, from the shell's point of view. */
final class Commands {
  private static final double MOST = 1.1;
  private static final String INFO = "example-app.jar info";
  private static final String HELLO = "picocli hello world";

  private Commands() {}

  static List<Row> run(Setting setting) throws Exception {
    if (setting.example().isEmpty()) {
      return List.of(Row.of("`java -jar example-app.jar info`", "not built", ""));
    }
    Path jar = setting.example().get().toAbsolutePath();
    Path folder = setting.scratch("command");
    Map<String, String> root = Map.of("LUHPROC_TMP_DIR", folder.resolve("root").toString());
    String indexed = Files.createDirectory(folder.resolve("indexed")).toRealPath().toString();
    new Child(jar(jar, "index", indexed), root).time();
    Rounds rounds =
        new Rounds()
            .with(INFO, new Child(jar(jar, "info", "INDEXER", indexed), root)::time)
            .with(HELLO, new Child(jar(helloJar(folder)), Map.of())::time)
            .with("JVM hello world", new Child(Setting.java(Hello.class, "plain"), Map.of())::time);
    setting.beside().forEach((name, line) -> rounds.with(name, new Child(line, Map.of())::time));
    rounds.run(2, 25);
    new Child(jar(jar, "stop", "INDEXER", indexed), root).time();
    double ours = rounds.of(INFO).median();
    double ratio = ours / rounds.of(HELLO).median();
    return List.of(
        new Row(
            "`java -jar example-app.jar info`, whole process",
            Samples.text(ours) + ", " + Samples.ratio(ratio),
            rounds.medians(INFO),
            "<= " + Samples.ratio(MOST) + " of picocli",
            ratio <= MOST));
  }

  private static List<String> jar(Path jar, String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(Setting.javaExecutable(), "-jar", jar.toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** A jar of nothing but the command and picocli, as its author would ship it. */
  private static Path helloJar(Path folder) throws IOException {
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
    try (InputStream in = Commands.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the class path has no " + name);
      }
      out.putNextEntry(new JarEntry(name));
      in.transferTo(out);
      out.closeEntry();
    }
  }
}
