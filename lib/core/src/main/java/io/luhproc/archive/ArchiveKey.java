package io.luhproc.archive;

import io.luhproc.relaunch.JavaLaunch;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names what the content of an archive depends on: the runtime, the class path with the sizes and
 * times of its files, and the JVM options.
 *
 * <p>The JVM compares most of these with the archive itself, and then runs without one. A different
 * name lets it run with another.
 */
final class ArchiveKey {
  /** The number of characters of a key. */
  static final int LENGTH = 16;

  private static final int FORMAT = 1;
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final String WILDCARD = "/*";

  // They differ between workers and do not concern the archive.
  private static final String[] IGNORED_OPTIONS = {
    "-D", "-Xlog", "-Xss", "-XX:HeapDumpPath=", "-XX:ErrorFile=", "-XX:DumpLoadedClassList="
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
    for (String entry : launch.classPath()) {
      key.addEntry(entry);
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

  private void addFile(File file) {
    add(file.getPath());
    add(file.length());
    add(file.lastModified());
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
