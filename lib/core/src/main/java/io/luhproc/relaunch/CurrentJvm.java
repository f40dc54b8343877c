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
 * What a JVM can see of how it was started.
 *
 * @param commandLine the whole command line; empty where the system does not tell (no {@code
 *     /proc})
 * @param executable the path of the running executable
 * @param workingDirectory the absolute path that relative ones refer to
 * @param properties the system properties
 * @param environment the environment it was started with
 */
public record CurrentJvm(
    List<String> commandLine,
    String executable,
    String workingDirectory,
    Map<?, ?> properties,
    Map<String, String> environment) {
  // What the kernel adds to the link /proc/self/exe when the file was replaced or removed.
  private static final String DELETED_SUFFIX = " (deleted)";

  /** Looks at the JVM that runs this; takes well under a millisecond. */
  static CurrentJvm read() {
    Map<?, ?> properties = System.getProperties();
    String home = String.valueOf(properties.get("java.home"));
    String directory = String.valueOf(properties.get("user.dir"));
    return new CurrentJvm(
        readCommandLine(),
        readLink("/proc/self/exe", home.concat("/bin/java")),
        readLink("/proc/self/cwd", directory),
        properties,
        System.getenv());
  }

  /** Returns a system property, null when it is not set. */
  @Nullable String property(String key) {
    Object value = properties.get(key);
    return value instanceof String text ? text : null;
  }

  /** Returns a system property, the empty string when it is not set. */
  String propertyOrEmpty(String key) {
    String value = property(key);
    return value == null ? "" : value;
  }

  /** Returns the feature release of the runtime: 17, 25. */
  int featureVersion() {
    return Integer.parseInt(propertyOrEmpty("java.specification.version"));
  }

  /** Returns whether this is the image of an ahead-of-time compiler, so no JVM at all. */
  boolean isNativeImage() {
    return "runtime".equals(property("org.graalvm.nativeimage.imagecode"));
  }

  /** Returns the launcher that jpackage made for this app, null when there is none. */
  @Nullable String jpackageLauncher() {
    return property("jpackage.app-path");
  }

  /** Returns whether the launcher {@code java} was used, and not some other program with a JVM. */
  boolean isStartedByJavaLauncher() {
    return executable.endsWith("/java");
  }

  /** Returns the path of this runtime's launcher {@code java}, whether it exists or not. */
  String javaExecutable() {
    return isStartedByJavaLauncher()
        ? executable
        : propertyOrEmpty("java.home").concat("/bin/java");
  }

  /** Returns what follows the executable on the command line. */
  List<String> arguments() {
    return commandLine.isEmpty() ? commandLine : commandLine.subList(1, commandLine.size());
  }

  private static List<String> readCommandLine() {
    try (FileInputStream file = new FileInputStream("/proc/self/cmdline")) {
      return splitAtNul(file.readAllBytes());
    } catch (IOException expected) {
      // No /proc: the caller falls back on what the JVM tells about itself.
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

  private static String readLink(String path, String fallback) {
    try {
      String target = Files.readSymbolicLink(Path.of(path)).toString();
      boolean isDeleted = target.endsWith(DELETED_SUFFIX);
      return isDeleted ? target.substring(0, target.length() - DELETED_SUFFIX.length()) : target;
    } catch (IOException expected) {
      // No /proc: what the JVM says of itself is the next best.
      return fallback;
    }
  }
}
