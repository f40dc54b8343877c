package io.luhproc.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/**
 * Packs the class path of the tests into jars, like that of a released application.
 *
 * <p>Loading from a jar needs no file descriptor per class, unlike loading from a directory.
 */
public final class ClassPathJars {
  private ClassPathJars() {}

  /** Packs the class path into jars in a directory and returns the JVM option that adds them. */
  public static String bootClassPathOption(Path directory) throws IOException {
    List<String> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path jar = directory.resolve("classes" + path.size() + ".jar");
      if (!entry.isEmpty() && Files.isDirectory(Path.of(entry))) {
        createJar(entry, jar);
        path.add(jar.toString());
      } else if (entry.contains("slf4j") || entry.contains("commons-codec")) {
        path.add(Files.copy(Path.of(entry), jar).toString());
      }
    }
    return "-Xbootclasspath/a:" + String.join(File.pathSeparator, path);
  }

  /** Packs the folders of the class path into jars in a directory; returns the new class path. */
  public static String packFolders(Path directory) throws IOException {
    List<String> path = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path jar = directory.resolve("classes" + path.size() + ".jar");
      boolean isFolder = !entry.isEmpty() && Files.isDirectory(Path.of(entry));
      if (isFolder) {
        createJar(entry, jar);
      }
      path.add(isFolder ? jar.toString() : entry);
    }
    return String.join(File.pathSeparator, path);
  }

  private static void createJar(String classes, Path jar) throws IOException {
    runJarTool("-cf0", jar.toString(), "-C", classes, ".");
  }

  /** Runs jar(1). */
  public static void runJarTool(String... arguments) throws IOException {
    ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
    int status = tool.run(System.out, System.err, arguments);
    if (status != 0) {
      throw new IOException("jar(1) exited with " + status + " for " + List.of(arguments));
    }
  }
}
