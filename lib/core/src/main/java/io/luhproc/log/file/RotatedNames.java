package io.luhproc.log.file;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Formats and parses the names of the rotated files of one stream.
 *
 * <p>A file is identified by the time of its rotation. By default its name has that time: {@code
 * out-20261120T153000.000Z.log}. A dated name, see {@link DatedName}, has only the day: {@code web
 * 2026-11-20.log}, the next ones of that day {@code web 2026-11-20.1.log}, {@code web
 * 2026-11-20.2.log}. The file {@code out.names} therefore records which rotation has which name; it
 * is written before the file that it names. Without a record, a rotation has the default name.
 *
 * <p>Format, version 1, in ASCII: the line {@code luhproc-names 1}, then one line {@code MILLIS
 * NAME} for each file, oldest first: 13 decimal digits of milliseconds since the epoch, a space,
 * the name without {@code .gz}. The file is replaced by rename; the records of deleted files are
 * left out then, except the newest, from which the next name of the day is counted.
 */
final class RotatedNames {
  static final String PLAIN_SUFFIX = ".log";
  static final String GZIP_SUFFIX = ".log.gz";

  private static final String HEADER = "luhproc-names 1";
  private static final int TIME_DIGITS = 13;
  private static final String SHORTEST_NAME = "2026-11-20.log";

  private final LogFiles files;
  private final TreeMap<Long, String> nameByTime = new TreeMap<>();
  private final Map<String, Long> timeByName = new HashMap<>();

  private boolean damaged;

  /** Loads fifty classes, which a stream without rotated files does not need. */
  private static final class DefaultTime {
    private static final DateTimeFormatter FORMAT =
        DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
  }

  private RotatedNames(LogFiles files) {
    this.files = files;
  }

  /** Reads the recorded names. A file that is none of this version is ignored. */
  static RotatedNames read(LogFiles files) throws IOException {
    RotatedNames names = new RotatedNames(files);
    Path path = files.namesFile();
    // Not by an exception: most streams have no such file.
    if (path.toFile().length() == 0) {
      return names;
    }
    String[] lines = new String(readRegular(path), US_ASCII).split("\n", -1);
    if (!lines[0].equals(HEADER)) {
      names.damaged = true;
      return names;
    }
    // The last line ends with a line feed too; what follows the last one is torn.
    for (int i = 1; i < lines.length - 1; i++) {
      names.addLine(lines[i]);
    }
    return names;
  }

  private static byte[] readRegular(Path path) throws IOException {
    BasicFileAttributes ignored = LogFiles.regularAttributes(path);
    try (var bytes = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
      return bytes.readAllBytes();
    }
  }

  private void addLine(String line) {
    boolean valid = line.length() > TIME_DIGITS + 1 && line.charAt(TIME_DIGITS) == ' ';
    String name = valid ? line.substring(TIME_DIGITS + 1) : "";
    if (!valid || !isRotatedName(name)) {
      return;
    }
    try {
      put(Long.parseUnsignedLong(line, 0, TIME_DIGITS, 10), name);
    } catch (NumberFormatException expected) {
      // Invalid bytes mean that there is no record.
    }
  }

  /** A damaged record must not make a live file or one elsewhere a rotated file. */
  private static boolean isRotatedName(String name) {
    return name.endsWith(PLAIN_SUFFIX)
        && name.indexOf('/') < 0
        && name.length() >= SHORTEST_NAME.length();
  }

  private void put(long rotatedAt, String name) {
    nameByTime.put(rotatedAt, name);
    timeByName.put(name, rotatedAt);
  }

  /** Returns the name of an uncompressed rotated file. */
  String nameOf(long rotatedAt) {
    String dated = nameByTime.get(rotatedAt);
    return dated == null ? defaultName(files, rotatedAt) : dated;
  }

  static String defaultName(LogFiles files, long rotatedAt) {
    String time = DefaultTime.FORMAT.format(Instant.ofEpochMilli(rotatedAt));
    return files.stream() + "-" + time + PLAIN_SUFFIX;
  }

  /** Returns the time of rotation of a file, compressed or not; null if it is no rotated file. */
  @Nullable Long timeOf(String fileName) {
    boolean gzip = fileName.endsWith(GZIP_SUFFIX);
    String plain = gzip ? fileName.substring(0, fileName.lastIndexOf('.')) : fileName;
    if (!plain.endsWith(PLAIN_SUFFIX)) {
      return null;
    }
    Long dated = timeByName.get(plain);
    return dated == null ? parseDefault(plain) : dated;
  }

  private @Nullable Long parseDefault(String name) {
    String prefix = files.stream() + "-";
    if (!name.startsWith(prefix)) {
      return null;
    }
    try {
      String text = name.substring(prefix.length(), name.length() - PLAIN_SUFFIX.length());
      return Instant.from(DefaultTime.FORMAT.parse(text)).toEpochMilli();
    } catch (DateTimeException expected) {
      // Another file whose name begins like that of a rotated file: leave it alone.
      return null;
    }
  }

  /** Records a dated name unless the rotation has one, and forgets those of deleted files. */
  void assign(long rotatedAt, String pattern, LocalDate day) throws IOException {
    if (nameByTime.containsKey(rotatedAt)) {
      return;
    }
    if (damaged) {
      LoggerFactory.getLogger(RotatedNames.class)
          .warn("{} has no valid header of this version; replacing it", files.namesFile());
    }
    DatedName name = DatedName.of(pattern, files.stream(), day);
    for (String earlier : nameByTime.values()) {
      name = name.after(earlier);
    }
    while (exists(name.toString())) {
      name = name.next();
    }
    long newest = nameByTime.isEmpty() ? rotatedAt : nameByTime.lastKey();
    nameByTime.entrySet().removeIf(it -> it.getKey() != newest && !exists(it.getValue()));
    nameByTime.put(rotatedAt, name.toString());
    write();
  }

  private boolean exists(String name) {
    return Files.exists(files.directory().resolve(name), LinkOption.NOFOLLOW_LINKS)
        || Files.exists(files.directory().resolve(name + ".gz"), LinkOption.NOFOLLOW_LINKS);
  }

  /** Syncs the file: without it the rotated files cannot be found after a power failure. */
  private void write() throws IOException {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    nameByTime.forEach(
        (time, name) ->
            IndexHeader.appendDecimal(text, time, TIME_DIGITS)
                .append(' ')
                .append(name)
                .append('\n'));
    ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(US_ASCII));
    Path temp = files.namesTempFile();
    try (FileChannel channel =
        FileChannel.open(
            temp, Set.of(CREATE, TRUNCATE_EXISTING, WRITE), LogFiles.ownerOnlyPermissions())) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    } catch (IOException e) {
      Files.deleteIfExists(temp);
      throw e;
    }
    Files.move(temp, files.namesFile(), ATOMIC_MOVE);
  }
}
