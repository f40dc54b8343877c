package io.luhproc.cli.service;

import io.luhproc.LuhprocException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** Makes a service of a jar with a main class. */
final class RunnableJar {
  /** Where build tools write it. */
  private static final List<String> FOLDERS = List.of("", "target", "build/libs");

  private RunnableJar() {}

  /** Returns the first jar with a main class below a folder. */
  static Optional<Path> find(Path folder) {
    for (String name : FOLDERS) {
      List<Path> jars = list(folder.resolve(name));
      for (Path jar : jars) {
        if (hasMainClass(jar)) {
          return Optional.of(jar);
        }
      }
    }
    return Optional.empty();
  }

  private static List<Path> list(Path folder) {
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> matches = Files.newDirectoryStream(folder, "*.jar")) {
      matches.forEach(jars::add);
    } catch (IOException expected) {
      return List.of(); // There is no such folder.
    }
    jars.sort(null);
    return jars;
  }

  private static boolean hasMainClass(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      return manifest != null
          && manifest.getMainAttributes().getValue(Attributes.Name.MAIN_CLASS) != null;
    } catch (IOException expected) {
      return false; // It is no jar, or only a part of one.
    }
  }

  /**
   * Makes a service of a jar.
   *
   * @param folder the folder of the configuration, in which the command runs
   * @param healthUrl the URL of its health check; empty for none
   * @throws LuhprocException if it has no main class
   */
  static FirstConfig read(Path jar, Path folder, String healthUrl) {
    if (!hasMainClass(jar)) {
      throw new LuhprocException(
          "cannot run " + jar + ": it is no jar with a Main-Class in its manifest");
    }
    Path absolute = jar.toAbsolutePath().normalize();
    Path base = folder.toAbsolutePath().normalize();
    Path path = absolute.startsWith(base) ? base.relativize(absolute) : absolute;
    String fileName = String.valueOf(jar.getFileName());
    StringBuilder body = new StringBuilder();
    body.append("[services.").append(FirstConfig.quote(serviceName(fileName))).append("]\n");
    body.append("command = ")
        .append(FirstConfig.quote(List.of("java", "-jar", path.toString())))
        .append('\n');
    body.append("# env = { JAVA_TOOL_OPTIONS = \"-Xmx256m\" }\n");
    body.append(
        healthUrl.isEmpty()
            ? "# health = { http = \"http://localhost:8080/actuator/health\" }\n"
            : "health = { http = " + FirstConfig.quote(healthUrl) + " }\n");
    return new FirstConfig(fileName, List.of(), body.toString());
  }

  /** Returns the file name without its version, with valid characters. */
  private static String serviceName(String fileName) {
    String name =
        fileName
            .replaceFirst("\\.jar$", "")
            .replaceFirst("-[0-9].*", "")
            .replaceAll("[^A-Za-z0-9._@-]+", "-")
            .replaceFirst("^[._@-]+", "");
    return name.isEmpty() ? "app" : name.substring(0, Math.min(name.length(), 64));
  }
}
