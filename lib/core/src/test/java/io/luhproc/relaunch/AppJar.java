package io.luhproc.relaunch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;

/** Creates a runnable jar of {@link RelaunchesItself} and the classes of core. */
final class AppJar {
  private static final String FIXTURE =
      RelaunchesItself.class.getName().replace('.', '/') + ".class";

  private AppJar() {}

  /** Creates the jar. It contains no dependencies, so it cannot make native calls. */
  static Path create(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, RelaunchesItself.class.getName());
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      out.setLevel(Deflater.NO_COMPRESSION);
      Path classes = Path.of(RelaunchRun.location(JvmCommand.class));
      addAll(classes, classes.resolve("io"), out);
      Path testClasses = Path.of(RelaunchRun.location(RelaunchesItself.class));
      addAll(testClasses, testClasses.resolve(FIXTURE), out);
    }
    return jar;
  }

  private static void addAll(Path root, Path part, JarOutputStream out) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(part)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      String name = root.relativize(file).toString();
      if (!name.endsWith("package-info.class")) {
        out.putNextEntry(new ZipEntry(name));
        Files.copy(file, out);
      }
    }
  }
}
