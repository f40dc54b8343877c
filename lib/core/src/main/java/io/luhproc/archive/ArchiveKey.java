package io.luhproc.archive;

import io.luhproc.relaunch.JavaLaunch;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * Names what the content of an archive depends on: the runtime, the class path with the sizes and
 * times of its files, and the JVM options.
 *
 * <p>The JVM compares most of these with the archive itself, and then runs without one. A different
 * name lets it run with another. The JVM compares only the size and the time in seconds of a jar,
 * and would run the old classes of one that was rebuilt with the same time, as reproducible builds,
 * Bazel, Nix and Jib do; therefore the name depends on the time of the last change of the inode,
 * too.
 */
final class ArchiveKey {
  /** The number of characters of a key. */
  static final int LENGTH = 16;

  private static final int FORMAT = 2;
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final String WILDCARD = "/*";
  private static final String FILE_URL = "file:";
  private static final String ATTRIBUTES = "unix:size,lastModifiedTime,ctime";

  // They differ between workers and do not concern the archive.
  private static final String[] IGNORED_OPTIONS = {
    "-D",
    "-Xlog",
    "-Xss",
    "-XX:HeapDumpPath=",
    "-XX:ErrorFile=",
    "-XX:DumpLoadedClassList=",
    ArchiveOptions.VERIFY
  };

  private long hash = FNV_OFFSET;

  private ArchiveKey() {}

  /** Returns the key of a program, which is a part of file names. */
  static String of(JavaLaunch launch) {
    ArchiveKey key = new ArchiveKey();
    String home = System.getProperty("java.home", "");
    key.add(FORMAT + launch.java() + System.getProperty("java.vm.version"));
    key.addFile(new File(home, "lib/modules"));
    for (String option : launch.allOptions()) {
      if (!ArchiveOptions.startsWithAny(option, IGNORED_OPTIONS)) {
        key.add(option);
      }
    }
    for (String argument : launch.program()) {
      key.add(argument);
    }
    List<String> classPath = launch.classPath();
    for (String entry : classPath) {
      key.addEntry(entry);
    }
    if (classPath.size() == 1) {
      key.addManifestClassPath(classPath.get(0));
    }
    for (String entry : launch.modulePath()) {
      key.addEntry(entry);
      key.addEntry(entry + WILDCARD);
    }
    // No Formatter, which takes a cold JVM some milliseconds.
    String digits = Long.toHexString(key.hash);
    return "0".repeat(LENGTH - digits.length()) + digits;
  }

  /** Adds a file, or the files that the launcher puts in the place of a wildcard. */
  private void addEntry(String entry) {
    if (entry.endsWith(WILDCARD)) {
      for (File file : sortedFiles(new File(entry.substring(0, entry.length() - 1)))) {
        addFile(file);
      }
    } else {
      addFile(new File(entry));
    }
  }

  private static List<File> sortedFiles(File directory) {
    File @Nullable [] files = directory.listFiles();
    if (files == null) {
      return List.of();
    }
    Arrays.sort(files);
    return new ArrayList<>(Arrays.asList(files));
  }

  /** Adds the jars that the manifest of a runnable jar names. */
  private void addManifestClassPath(String jar) {
    if (!new File(jar).isFile()) {
      return;
    }
    try (JarFile file = new JarFile(jar)) {
      Manifest manifest = file.getManifest();
      String value = manifest == null ? null : manifest.getMainAttributes().getValue("Class-Path");
      StringTokenizer entries = new StringTokenizer(value == null ? "" : value);
      while (entries.hasMoreTokens()) {
        String entry = entries.nextToken();
        String path = entry.startsWith(FILE_URL) ? entry.substring(FILE_URL.length()) : entry;
        addFile(path.startsWith("/") ? new File(path) : new File(new File(jar).getParent(), path));
      }
    } catch (IOException expected) {
      // Not a jar: the JVM has no archive of its classes.
    }
  }

  private void addFile(File file) {
    add(file.getPath());
    try {
      Map<String, Object> values = Files.readAttributes(file.toPath(), ATTRIBUTES);
      addValue(values.get("size"));
      addValue(values.get("lastModifiedTime"));
      addValue(values.get("ctime"));
    } catch (IOException | InvalidPathException expected) {
      // Missing, which is a state as well.
    }
  }

  private void addValue(@Nullable Object value) {
    if (value instanceof FileTime time) {
      add(time.to(TimeUnit.NANOSECONDS));
    } else if (value instanceof Long number) {
      add(number);
    }
  }

  private void add(String text) {
    for (int i = 0; i < text.length(); i++) {
      add(text.charAt(i));
    }
    add(-1);
  }

  /** FNV-1a: a collision is found by the JVM, which compares the class path. */
  private void add(long value) {
    hash = (hash ^ value) * FNV_PRIME;
  }
}
