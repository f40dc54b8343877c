package io.luhproc.log.file;

import io.luhproc.log.LogStream;
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
public record LogFiles(Path directory, LogStream stream) {
  private static final DateTimeFormatter TIMESTAMP_FORMAT =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String PLAIN_SUFFIX = ".log";
  private static final String GZIP_SUFFIX = ".log.gz";

  /** Only the owner may read and write: the mode of every file we make. */
  public static FileAttribute<?> ownerOnlyPermissions() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  }

  public Path activeFile() {
    return directory.resolve(stream.fileName());
  }

  public Path indexFile() {
    return directory.resolve(stream.prefix() + ".index");
  }

  Path indexTempFile() {
    return directory.resolve("." + stream.prefix() + "-index.tmp");
  }

  public Path plainFile(long rotatedAt) {
    return directory.resolve(rotatedName(rotatedAt) + PLAIN_SUFFIX);
  }

  public Path gzipFile(long rotatedAt) {
    return directory.resolve(rotatedName(rotatedAt) + GZIP_SUFFIX);
  }

  public Path plainTempFile(long rotatedAt) {
    return directory.resolve("." + rotatedName(rotatedAt) + PLAIN_SUFFIX + ".tmp");
  }

  public Path gzipTempFile(long rotatedAt) {
    return directory.resolve("." + rotatedName(rotatedAt) + GZIP_SUFFIX + ".tmp");
  }

  private String rotatedName(long rotatedAt) {
    return stream.prefix() + "-" + TIMESTAMP_FORMAT.format(Instant.ofEpochMilli(rotatedAt));
  }

  /**
   * Opens the live file.
   *
   * @throws SymlinkRefusedException when a link is in its place, which may lead to anybody's file
   */
  public FileChannel openActive(OpenOption... options) throws IOException {
    BasicFileAttributes ignored = activeAttributes();
    Set<OpenOption> all = new HashSet<>(List.of(options));
    // For one that takes its place right now.
    all.add(LinkOption.NOFOLLOW_LINKS);
    return FileChannel.open(activeFile(), all);
  }

  /**
   * Looks at the live file.
   *
   * @throws SymlinkRefusedException when a link is in its place
   */
  BasicFileAttributes activeAttributes() throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(activeFile(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      throw new SymlinkRefusedException(activeFile());
    }
    return attributes;
  }

  /** Returns the size of the live file, 0 when it does not exist. */
  public long activeSize() throws IOException {
    try {
      return activeAttributes().size();
    } catch (NoSuchFileException ignored) {
      // The process did not open it yet, or somebody removed it: nothing is in it.
      return 0;
    }
  }

  /** Returns the parts, oldest first; of one that is there twice, the one not compressed. */
  public List<RotatedFile> rotatedFiles() throws IOException {
    TreeMap<Long, RotatedFile> rotatedFiles = new TreeMap<>();
    for (Path path : listByPrefix(stream.prefix() + "-")) {
      String name = path.getFileName().toString();
      boolean gzip = name.endsWith(GZIP_SUFFIX);
      Long rotatedAt = gzip || name.endsWith(PLAIN_SUFFIX) ? parseRotatedAt(name) : null;
      if (rotatedAt != null && (!gzip || !rotatedFiles.containsKey(rotatedAt))) {
        rotatedFiles.put(rotatedAt, new RotatedFile(rotatedAt, path, gzip));
      }
    }
    return new ArrayList<>(rotatedFiles.values());
  }

  /** Returns the files that a keeper was writing. */
  public List<Path> tempFiles() throws IOException {
    List<Path> tempFiles = new ArrayList<>();
    for (Path path : listByPrefix("." + stream.prefix() + "-")) {
      if (path.toString().endsWith(".tmp")) {
        tempFiles.add(path);
      }
    }
    return tempFiles;
  }

  private @Nullable Long parseRotatedAt(String name) {
    try {
      String text = name.substring(stream.prefix().length() + 1, name.lastIndexOf(PLAIN_SUFFIX));
      return Instant.from(TIMESTAMP_FORMAT.parse(text)).toEpochMilli();
    } catch (DateTimeException expected) {
      // Somebody's own file that happens to begin like a part: not ours to touch.
      return null;
    }
  }

  /** Not by a glob, for which a JVM loads a regular expression and forty classes around it. */
  private List<Path> listByPrefix(String prefix) throws IOException {
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
