package io.luhproc.log.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Names, lists and opens the log files of one stream in a process directory.
 *
 * @param directory the process directory, which need not exist
 * @param stream the prefix of all file names, {@code out} or {@code err}
 */
public record LogFiles(Path directory, String stream) {
  /** Returns the mode of every new file: 0600. */
  public static FileAttribute<?> ownerOnlyPermissions() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  }

  /** Returns the path of the active file. */
  public Path activeFile() {
    return directory.resolve(stream + RotatedNames.PLAIN_SUFFIX);
  }

  /** Returns the path of the index. */
  public Path indexFile() {
    return directory.resolve(stream + ".index");
  }

  /** Returns the path of the file that the maintainer of the stream locks. */
  public Path lockFile() {
    return directory.resolve(stream + ".lock");
  }

  /** Returns the path of the file with the pid of the process. */
  public Path pidFile() {
    return directory.resolve("pid");
  }

  Path indexTempFile() {
    return directory.resolve("." + stream + "-index.tmp");
  }

  /** Returns the path of the file with the dated names of rotated files. */
  Path namesFile() {
    return directory.resolve(stream + ".names");
  }

  Path namesTempFile() {
    return directory.resolve("." + stream + "-names.tmp");
  }

  /** Returns the path of an uncompressed rotated file. */
  public Path plainFile(long rotatedAt) throws IOException {
    return directory.resolve(RotatedNames.read(this).nameOf(rotatedAt));
  }

  /** Returns the path of a compressed rotated file. */
  public Path gzipFile(long rotatedAt) throws IOException {
    return directory.resolve(RotatedNames.read(this).nameOf(rotatedAt) + ".gz");
  }

  /** Returns the path under which a rotated file is written before it is published. */
  public Path plainTempFile(long rotatedAt) {
    return directory.resolve("." + RotatedNames.defaultName(this, rotatedAt) + ".tmp");
  }

  /** Returns the path under which a rotated file is compressed. */
  public Path gzipTempFile(long rotatedAt) {
    return directory.resolve("." + RotatedNames.defaultName(this, rotatedAt) + ".gz.tmp");
  }

  /**
   * Gives a rotated file that is not published yet a dated name instead of the default one.
   *
   * @param pattern the pattern of a {@link DatedName}
   * @param day the day of the last byte
   */
  public void assignDatedName(long rotatedAt, String pattern, LocalDate day) throws IOException {
    RotatedNames.read(this).assign(rotatedAt, pattern, day);
  }

  /**
   * Opens the active file.
   *
   * @throws LogFileRefusedException if it is not a regular file: a symbolic link may lead to
   *     another user's file, and opening a pipe would block
   */
  public FileChannel openActive(OpenOption... options) throws IOException {
    BasicFileAttributes ignored = activeAttributes();
    Set<OpenOption> all = new HashSet<>(List.of(options));
    // A link may have replaced the file since its attributes were read.
    all.add(LinkOption.NOFOLLOW_LINKS);
    return FileChannel.open(activeFile(), all);
  }

  /**
   * Returns the attributes of the active file.
   *
   * @throws LogFileRefusedException if it is not a regular file
   */
  public BasicFileAttributes activeAttributes() throws IOException {
    return regularAttributes(activeFile());
  }

  /** Returns the attributes of a file after checking that it is regular. */
  static BasicFileAttributes regularAttributes(Path file) throws IOException {
    BasicFileAttributes attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    LogFileRefusedException.check(file, attributes);
    return attributes;
  }

  /** Returns the size of the active file in bytes, 0 if it does not exist. */
  public long activeSize() throws IOException {
    try {
      return activeAttributes().size();
    } catch (NoSuchFileException ignored) {
      // Not created yet, or deleted.
      return 0;
    }
  }

  /**
   * Returns the rotated files, oldest first. If a file exists both compressed and uncompressed, the
   * uncompressed one is returned.
   */
  public List<RotatedFile> rotatedFiles() throws IOException {
    TreeMap<Long, RotatedFile> rotatedFiles = new TreeMap<>();
    List<Path> paths = listByPrefix("");
    // Read after the list, since a name is recorded before its file is published.
    RotatedNames names = RotatedNames.read(this);
    for (Path path : paths) {
      String name = path.getFileName().toString();
      boolean gzip = name.endsWith(RotatedNames.GZIP_SUFFIX);
      Long rotatedAt = names.timeOf(name);
      if (rotatedAt != null && (!gzip || !rotatedFiles.containsKey(rotatedAt))) {
        rotatedFiles.put(rotatedAt, new RotatedFile(rotatedAt, path, gzip));
      }
    }
    return new ArrayList<>(rotatedFiles.values());
  }

  /** Returns the temporary files of an interrupted maintainer. */
  public List<Path> tempFiles() throws IOException {
    List<Path> tempFiles = new ArrayList<>();
    for (Path path : listByPrefix("." + stream + "-")) {
      if (path.toString().endsWith(".tmp")) {
        tempFiles.add(path);
      }
    }
    return tempFiles;
  }

  /** Not by a glob, which loads the regular expression classes: costly in every worker. */
  private List<Path> listByPrefix(String prefix) throws IOException {
    List<Path> paths = new ArrayList<>();
    String[] names = directory.toFile().list();
    if (names == null && Files.exists(directory)) {
      throw new IOException("cannot list " + directory);
    }
    // A missing directory has no files.
    for (String name : names == null ? new String[0] : names) {
      if (name.startsWith(prefix)) {
        paths.add(directory.resolve(name));
      }
    }
    return paths;
  }

  /**
   * Returns whether the front of the active file can be {@code punchedBytes} bytes that are no
   * output. If another program truncated the file, it is shorter or begins with new output.
   */
  public static boolean canBeginWithHole(FileChannel file, long punchedBytes) throws IOException {
    return punchedBytes == 0 || (file.size() >= punchedBytes && RotationNotice.isFrontIntact(file));
  }

  /** Returns the number of NULs at the beginning of a file. */
  public static long countLeadingNuls(FileChannel file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    for (long at = 0; file.read(buffer.clear(), at) > 0; at += buffer.limit()) {
      buffer.flip();
      for (int i = 0; i < buffer.limit(); i++) {
        if (buffer.get(i) != 0) {
          return at + i;
        }
      }
    }
    return file.size();
  }

  /** Returns the byte at a physical offset, -1 at or after the end of the file. */
  static int byteAt(FileChannel file, long offset) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1);
    return file.read(buffer, offset) == 1 ? Byte.toUnsignedInt(buffer.get(0)) : -1;
  }
}
