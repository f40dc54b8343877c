package io.luhproc.archive;

import io.luhproc.directory.AtomicFiles;
import io.luhproc.directory.EffectiveUser;
import io.luhproc.directory.FileStat;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The directory {@code ${XDG_CACHE_HOME:-~/.cache}/luhproc/archives}, mode 0700, and its files:
 *
 * <pre>
 * KEY.SIZE.jsa    an archive of SIZE bytes; the JVM crashes with SIGBUS if an archive is truncated
 * KEY.recording   classes of a worker that is running for the first time; one line each
 * KEY.list        the same of a worker that has ended, or has made its archive
 * KEY.TOKEN.new   an archive that is being made
 * KEY.off         the JVM could not make or use the archive; the next attempt is an hour later
 * lock            held with fcntl(2) while an archive is made, one at a time
 * </pre>
 *
 * <p>Everything may be deleted at any time.
 */
record ArchiveDirectory(Path path) {
  static final String ARCHIVE = ".jsa";
  private static final String RECORDING = ".recording";
  private static final String LIST = ".list";
  private static final String NEW = ".new";
  private static final String OFF = ".off";
  private static final String LOCK = "lock";

  // A worker has made its archive by then, so the recorder was killed.
  private static final Duration MAX_RECORDING = Duration.ofMinutes(2);
  private static final Duration OFF_TIME = Duration.ofHours(1);
  private static final Duration MAX_TEMPORARY_AGE = Duration.ofHours(1);
  private static final Duration MAX_UNCHECKED = Duration.ofDays(1);
  private static final Duration MAX_UNUSED = Duration.ofDays(30);
  private static final int MAX_ARCHIVES = 8;
  private static final long MAX_BYTES = 256L << 20;

  private static final int WRITABLE_BY_OTHERS = 0022;

  /**
   * Returns the directory of this user, created if it is missing.
   *
   * @throws IOException if there is none, or another user can write to it
   */
  static ArchiveDirectory open(Map<String, String> environment) throws IOException {
    Path cache = cacheHome(environment);
    if (FileStat.of(cache).isEmpty()) {
      // Not the home itself: a user such as nobody has none.
      createDirectory(cache);
    }
    Path own = cache.resolve("luhproc");
    Path archives = own.resolve("archives");
    createPrivate(own);
    createPrivate(archives);
    return new ArchiveDirectory(archives);
  }

  private static Path cacheHome(Map<String, String> environment) throws IOException {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (cache.startsWith("/")) {
      return Path.of(cache);
    }
    String home = environment.getOrDefault("HOME", "");
    if (!home.startsWith("/")) {
      throw new IOException("neither XDG_CACHE_HOME nor HOME is set");
    }
    return Path.of(home, ".cache");
  }

  private static void createPrivate(Path directory) throws IOException {
    Optional<FileStat> stat = FileStat.of(directory);
    if (stat.isEmpty()) {
      createDirectory(directory);
      stat = FileStat.of(directory);
    }
    if (stat.isEmpty() || !stat.get().isDirectory() || !isPrivate(stat.get())) {
      throw new IOException(directory + " is not a directory that only this user can write to");
    }
  }

  private static void createDirectory(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, AtomicFiles.DIRECTORY_MODE);
    } catch (FileAlreadyExistsException expected) {
      // Another starter was faster.
    }
  }

  private static boolean isPrivate(FileStat stat) {
    return stat.uid() == EffectiveUser.uid() && (stat.mode() & WRITABLE_BY_OTHERS) == 0;
  }

  /** Returns the complete archive of a program; empty if there is none that can be trusted. */
  Optional<Path> findArchive(String key) throws IOException {
    for (String name : names()) {
      if (name.startsWith(key + ".") && name.endsWith(ARCHIVE)) {
        Path file = path.resolve(name);
        Optional<FileStat> stat = FileStat.of(file);
        if (stat.isPresent()
            && stat.get().isRegularFile()
            && isPrivate(stat.get())
            && name.equals(archiveName(key, Files.size(file)))) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }

  static String archiveName(String key, long size) {
    return key + "." + size + ARCHIVE;
  }

  /** Returns the key in the name of a file. */
  static String keyOf(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, name.indexOf('.'));
  }

  /** Returns whether a file may belong to such a directory, by its name. */
  static boolean isMember(Path file) {
    Path directory = file.getParent();
    return directory != null
        && directory.endsWith(Path.of("luhproc", "archives"))
        && String.valueOf(file.getFileName()).indexOf('.') == ArchiveKey.LENGTH;
  }

  private String[] names() {
    String[] names = path.toFile().list();
    return names == null ? new String[0] : names;
  }

  Path list(String key) {
    return path.resolve(key + LIST);
  }

  Path temporary(String key, String token) {
    return path.resolve(key + "." + token + NEW);
  }

  Path lock() {
    return path.resolve(LOCK);
  }

  private Path off(String key) {
    return path.resolve(key + OFF);
  }

  /** Returns whether a recent attempt has failed. */
  boolean isOff(String key, Instant now) throws IOException {
    return isYounger(off(key), OFF_TIME, now);
  }

  /** Deletes what belongs to a program, and prevents another attempt for an hour. */
  void turnOff(String key) throws IOException {
    delete(key, "");
    createFile(off(key));
  }

  /**
   * Creates the file in which a worker records its classes.
   *
   * @return empty if another worker has recorded them, or does so now
   */
  Optional<Path> beginRecording(String key, Instant now) throws IOException {
    Path recording = path.resolve(key + RECORDING);
    if (Files.exists(list(key)) || isYounger(recording, MAX_RECORDING, now)) {
      return Optional.empty();
    }
    Files.deleteIfExists(recording);
    return createFile(recording) ? Optional.of(recording) : Optional.empty();
  }

  private static boolean createFile(Path file) throws IOException {
    try {
      Files.createFile(file, AtomicFiles.FILE_MODE);
      return true;
    } catch (FileAlreadyExistsException expected) {
      return false;
    }
  }

  private static boolean isYounger(Path file, Duration age, Instant now) throws IOException {
    try {
      return isWithin(age, Files.getLastModifiedTime(file).toInstant(), now);
    } catch (NoSuchFileException expected) {
      return false;
    }
  }

  /**
   * Returns whether two times are close. A file may be from the future if the clock was set back,
   * and would stay until then.
   */
  private static boolean isWithin(Duration age, Instant time, Instant now) {
    return Duration.between(time, now).abs().compareTo(age) < 0;
  }

  /** Deletes the files of a key whose names have a suffix. */
  void delete(String key, String suffix) throws IOException {
    for (String name : names()) {
      if (name.startsWith(key + ".") && name.endsWith(suffix)) {
        Files.deleteIfExists(path.resolve(name));
      }
    }
  }

  /** Deletes what was not used for a month, the least recently used of too many, and leftovers. */
  void prune(Instant now) throws IOException {
    File[] files = path.toFile().listFiles();
    List<File> newestFirst = Arrays.asList(files == null ? new File[0] : files);
    newestFirst.sort(Comparator.comparingLong(File::lastModified).reversed());
    int archives = 0;
    long bytes = 0;
    for (File file : newestFirst) {
      boolean isArchive = file.getName().endsWith(ARCHIVE);
      archives += isArchive ? 1 : 0;
      bytes += file.length();
      Duration maxAge = file.getName().endsWith(NEW) ? MAX_TEMPORARY_AGE : MAX_UNUSED;
      boolean isExpired = !isYounger(file.toPath(), maxAge, now);
      boolean isTooMuch = isArchive && (archives > MAX_ARCHIVES || bytes > MAX_BYTES);
      if ((isExpired || isTooMuch) && !file.getName().equals(LOCK)) {
        Files.deleteIfExists(file.toPath());
      }
    }
  }

  /** Postpones the expiry of an archive, whose content the JVM has accepted. */
  static void markUsed(Path archive, Instant now) throws IOException {
    Files.setLastModifiedTime(archive, FileTime.from(inFullSeconds(now)));
  }

  /**
   * Returns whether a JVM was able to use the archive within a day, and it was not written to since
   * then: a write sets a time that is not one of {@link #markUsed}, in full seconds.
   */
  static boolean isIntact(Path archive, Instant now) throws IOException {
    Instant time = Files.getLastModifiedTime(archive).toInstant();
    return time.equals(inFullSeconds(time)) && isWithin(MAX_UNCHECKED, time, now);
  }

  private static Instant inFullSeconds(Instant time) {
    return Instant.ofEpochSecond(time.getEpochSecond());
  }
}
