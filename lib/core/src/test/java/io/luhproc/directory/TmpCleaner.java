package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Cleans a directory like tmpfiles.d(5) with the age {@code amAM:10d}: deletes what was neither
 * read nor modified for ten days. A change of status counts as well there, but no test can set it
 * back.
 */
public final class TmpCleaner {
  private static final Duration AGE = Duration.ofDays(10);

  private TmpCleaner() {}

  /** Sets the times of a directory and its content back by years. */
  public static void age(Path directory) throws IOException {
    // Not by Files, which opens the file: closing it would release a lock of this JVM.
    List<String> command = new ArrayList<>(List.of("touch", "-h", "-d", "2020-01-01"));
    content(directory).forEach(it -> command.add(it.toString()));
    assertThat(new ProcessBuilder(command).inheritIO().start().onExit().join().exitValue())
        .isZero();
  }

  /** Deletes what is old at a time, and directories that are empty then. */
  public static void clean(Path directory, Instant now) throws IOException {
    List<Path> old = new ArrayList<>();
    for (Path path : content(directory)) {
      if (isOld(path, now)) {
        old.add(path);
      }
    }
    for (Path path : old) {
      try {
        Files.delete(path);
      } catch (DirectoryNotEmptyException expected) {
        // Only empty directories are deleted.
      }
    }
  }

  private static boolean isOld(Path path, Instant now) throws IOException {
    BasicFileAttributes times =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    // Listing a directory here has set its access time; cleaners use O_NOATIME.
    FileTime latest =
        times.isDirectory() || isNewer(times.lastModifiedTime(), times.lastAccessTime())
            ? times.lastModifiedTime()
            : times.lastAccessTime();
    return latest.toInstant().isBefore(now.minus(AGE));
  }

  private static boolean isNewer(FileTime time, FileTime other) {
    return time.compareTo(other) > 0;
  }

  /** Returns a directory and its content, the content first. */
  private static List<Path> content(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.sorted(Comparator.reverseOrder()).toList();
    }
  }
}
