package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.testing.ClassPathJars;
import io.luhproc.worker.app.ArchiveApp;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.Deflater;

/** Packs {@link ArchiveApp} and the library in the ways in which apps are released. */
final class AppPackages {
  private static final Pattern NEEDED =
      Pattern.compile(".*/(classes\\d*\\.jar|(jnr-|jffi-|asm|commons-codec|slf4j|jspecify).*)");

  private AppPackages() {}

  /** Packs the classes into jars in a folder; returns these and those of the dependencies. */
  static List<String> jars(Path folder) throws IOException {
    Files.createDirectories(folder);
    return Arrays.stream(ClassPathJars.packFolders(folder).split(File.pathSeparator, -1))
        .filter(it -> NEEDED.matcher(it).matches())
        .toList();
  }

  /** Creates a jar that names other jars in its manifest. */
  static Path runnableJar(Path jar, List<String> classPath) throws IOException {
    create(jar, manifest(String.join(" ", classPath)), List.of());
    return jar;
  }

  /** Creates a jar that contains the files of other jars. */
  static Path fatJar(Path jar, List<String> jars) throws IOException {
    create(jar, manifest(""), jars);
    return jar;
  }

  private static Manifest manifest(String classPath) {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, ArchiveApp.class.getName());
    if (!classPath.isEmpty()) {
      attributes.put(Attributes.Name.CLASS_PATH, classPath);
    }
    return manifest;
  }

  private static void create(Path jar, Manifest manifest, List<String> jars) throws IOException {
    Set<String> names = new HashSet<>(Set.of("META-INF/", "META-INF/MANIFEST.MF"));
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.setLevel(Deflater.NO_COMPRESSION);
      for (String part : jars) {
        addAll(part, names, out);
      }
    }
  }

  private static void addAll(String jar, Set<String> names, JarOutputStream out)
      throws IOException {
    try (JarFile file = new JarFile(jar)) {
      for (JarEntry entry : Collections.list(file.entries())) {
        if (!entry.getName().endsWith("module-info.class") && names.add(entry.getName())) {
          out.putNextEntry(new JarEntry(entry.getName()));
          file.getInputStream(entry).transferTo(out);
        }
      }
    }
  }

  /** Creates an image with jpackage and returns its launcher; skips a JDK that cannot do so. */
  static Path image(Path jdk, Path jar, Path folder) throws Exception {
    Path tool = jdk.resolve("bin/jpackage");
    assumeThat(tool).as("jpackage of this JDK").exists();
    Path input = Files.createDirectories(folder.resolve("input"));
    Files.move(jar, input.resolve("app.jar"));
    Path output = folder.resolve("jpackage.out");
    Process process =
        new ProcessBuilder(
                tool.toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "--type",
                "app-image",
                "--name",
                "app",
                "--input",
                input.toString(),
                "--main-jar",
                "app.jar",
                "--add-modules",
                "java.base,java.logging,jdk.unsupported",
                // Without --strip-debug, which takes half of the time.
                "--jlink-options",
                "--strip-native-commands",
                "--dest",
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(110, TimeUnit.SECONDS)).isTrue();
    assumeThat(process.exitValue()).as(Files.readString(output)).isZero();
    return folder.resolve("app/bin/app");
  }
}
