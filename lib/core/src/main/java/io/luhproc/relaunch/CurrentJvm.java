package io.luhproc.relaunch;

import io.luhproc.procfs.JvmCharsets;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a JVM was started, as the JVM itself can see it.
 *
 * @param commandLine the complete command line; empty without {@code /proc}
 * @param executable the path of the running executable
 * @param workingDirectory the absolute path of the working directory
 * @param properties the system properties
 * @param environment the environment with which it was started
 */
public record CurrentJvm(
    List<String> commandLine,
    String executable,
    String workingDirectory,
    Map<?, ?> properties,
    Map<String, String> environment) {
  // The kernel appends this to /proc/self/exe if the file was replaced or removed.
  private static final String DELETED_SUFFIX = " (deleted)";

  /** Reads the state of the running JVM, which takes less than a millisecond. */
  static CurrentJvm read() {
    Map<?, ?> properties = System.getProperties();
    String home = String.valueOf(properties.get("java.home"));
    String directory = String.valueOf(properties.get("user.dir"));
    return new CurrentJvm(
        readCommandLine(),
        readLink("/proc/self/exe", home + "/bin/java"),
        readLink("/proc/self/cwd", directory),
        properties,
        System.getenv());
  }

  /** Returns a system property, or null if it is not set. */
  @Nullable String property(String key) {
    Object value = properties.get(key);
    return value instanceof String text ? text : null;
  }

  /** Returns a system property, or the empty string if it is not set. */
  String propertyOrEmpty(String key) {
    String value = property(key);
    return value == null ? "" : value;
  }

  /** Returns the feature release of the runtime, such as 17. */
  int featureVersion() {
    return Integer.parseInt(propertyOrEmpty("java.specification.version"));
  }

  /** Returns whether this is a GraalVM native image and not a JVM. */
  boolean isNativeImage() {
    return "runtime".equals(property("org.graalvm.nativeimage.imagecode"));
  }

  /** Returns the launcher that jpackage has created for this app, or null if there is none. */
  @Nullable String jpackageLauncher() {
    return property("jpackage.app-path");
  }

  /** Returns whether this JVM was started by {@code java} and not by another executable. */
  boolean isStartedByJavaLauncher() {
    return executable.endsWith("/java");
  }

  /** Returns the path of {@code java} of this runtime, whether it exists or not. */
  String javaExecutable() {
    return isStartedByJavaLauncher() ? executable : propertyOrEmpty("java.home") + "/bin/java";
  }

  /** Returns the command line without the executable. */
  List<String> arguments() {
    return commandLine.isEmpty() ? commandLine : commandLine.subList(1, commandLine.size());
  }

  private static List<String> readCommandLine() {
    try (FileInputStream file = new FileInputStream("/proc/self/cmdline")) {
      return splitAtNul(file.readAllBytes());
    } catch (IOException expected) {
      // No /proc: the caller reconstructs the command line from properties.
      return List.of();
    }
  }

  private static List<String> splitAtNul(byte[] bytes) {
    Charset charset = JvmCharsets.ofArguments();
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int at = 0; at < bytes.length; at++) {
      if (bytes[at] == 0) {
        parts.add(new String(bytes, start, at - start, charset));
        start = at + 1;
      }
    }
    return parts;
  }

  /** Returns the target of a link in {@code /proc/self}, without the suffix of a deleted file. */
  static String readLink(String path, String fallback) {
    Path link = Path.of(path);
    try {
      String target = Files.readSymbolicLink(link).toString();
      boolean isDeleted = target.endsWith(DELETED_SUFFIX) && !isTarget(link, target);
      return isDeleted ? target.substring(0, target.length() - DELETED_SUFFIX.length()) : target;
    } catch (IOException expected) {
      // No /proc: use the path that the JVM reports.
      return fallback;
    }
  }

  /** Returns whether the target has this path: the suffix is then part of its name. */
  private static boolean isTarget(Path link, String target) {
    try {
      return Files.isSameFile(link, Path.of(target));
    } catch (IOException expected) {
      return false;
    }
  }
}
