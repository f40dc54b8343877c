package io.luhproc.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The names of the files of one stream in a process directory.
 *
 * <p>Beside {@code out.log} and {@code out.index} there are parts, {@code out-<UTC time>.log} or
 * the same with {@code .gz}, and temporary files, {@code .out-<...>.tmp}, that only a keeper
 * writes.
 */
record LogFiles(Path directory, LogStream stream) {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String PLAIN = ".log";
  private static final String GZIP = ".log.gz";

  /** Only the owner may read and write: the mode of every file we make. */
  static FileAttribute<?> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  }

  Path live() {
    return directory.resolve(stream.fileName());
  }

  Path index() {
    return directory.resolve(stream.prefix() + ".index");
  }

  Path indexTemp() {
    return directory.resolve("." + stream.prefix() + "-index.tmp");
  }

  Path plain(long stamp) {
    return directory.resolve(name(stamp) + PLAIN);
  }

  Path gzip(long stamp) {
    return directory.resolve(name(stamp) + GZIP);
  }

  Path plainTemp(long stamp) {
    return directory.resolve("." + name(stamp) + PLAIN + ".tmp");
  }

  Path gzipTemp(long stamp) {
    return directory.resolve("." + name(stamp) + GZIP + ".tmp");
  }

  private String name(long stamp) {
    return stream.prefix() + "-" + STAMP.format(Instant.ofEpochMilli(stamp));
  }

  /**
   * Opens the live file.
   *
   * @throws LinkRefusedException when a link is in its place, which may lead to anybody's file
   */
  FileChannel openLive(OpenOption... options) throws IOException {
    BasicFileAttributes ignored = liveAttributes();
    Set<OpenOption> all = new HashSet<>(List.of(options));
    // For one that takes its place right now.
    all.add(LinkOption.NOFOLLOW_LINKS);
    return FileChannel.open(live(), all);
  }

  /**
   * Looks at the live file.
   *
   * @throws LinkRefusedException when a link is in its place
   */
  BasicFileAttributes liveAttributes() throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(live(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      throw new LinkRefusedException(live());
    }
    return attributes;
  }

  /** Returns the size of the live file, 0 when it does not exist. */
  long liveSize() throws IOException {
    try {
      return liveAttributes().size();
    } catch (NoSuchFileException ignored) {
      // The process did not open it yet, or somebody removed it: nothing is in it.
      return 0;
    }
  }

  /** Returns the parts, oldest first; of one that is there twice, the one not compressed. */
  List<Part> parts() throws IOException {
    TreeMap<Long, Part> parts = new TreeMap<>();
    for (Path path : list(stream.prefix() + "-")) {
      String name = path.getFileName().toString();
      boolean gzip = name.endsWith(GZIP);
      Long stamp = gzip || name.endsWith(PLAIN) ? stampOf(name) : null;
      if (stamp != null && (!gzip || !parts.containsKey(stamp))) {
        parts.put(stamp, new Part(stamp, path, gzip));
      }
    }
    return new ArrayList<>(parts.values());
  }

  /** Returns the files that a keeper was writing. */
  List<Path> temps() throws IOException {
    List<Path> temps = new ArrayList<>();
    for (Path path : list("." + stream.prefix() + "-")) {
      if (path.toString().endsWith(".tmp")) {
        temps.add(path);
      }
    }
    return temps;
  }

  private @Nullable Long stampOf(String name) {
    try {
      String text = name.substring(stream.prefix().length() + 1, name.lastIndexOf(PLAIN));
      return Instant.from(STAMP.parse(text)).toEpochMilli();
    } catch (DateTimeException expected) {
      // Somebody's own file that happens to begin like a part: not ours to touch.
      return null;
    }
  }

  /** Not by a glob, for which a JVM loads a regular expression and forty classes around it. */
  private List<Path> list(String prefix) throws IOException {
    List<Path> paths = new ArrayList<>();
    String[] names = directory.toFile().list();
    if (names == null && Files.exists(directory)) {
      throw new IOException("cannot list " + directory);
    }
    // A directory that is gone has no files.
    for (String name : names == null ? new String[0] : names) {
      if (name.startsWith(prefix)) {
        paths.add(directory.resolve(name));
      }
    }
    return paths;
  }
}
