package io.luhproc.directory;

import io.luhproc.DirectoryLockedException;
import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.time.Deadline;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one process: mode 0700, its files 0600.
 *
 * <ul>
 *   <li>{@code process.properties}: the record, see {@link ProcessRecordFormat}.
 *   <li>{@code pid}: the decimal pid and a newline. It exists while a process is recorded as
 *       running and is written after the record. {@code .pid.new} is a leftover without meaning.
 *   <li>{@code desired-state}: only under a supervisor; {@code up} and a newline while the process
 *       is to run, else missing. An empty file, as a power failure can leave it, means up. {@code
 *       .desired-state.new} is a leftover without meaning. Earlier versions called the file {@code
 *       want}, which is read if there is no {@code desired-state} and deleted by the next write.
 *   <li>{@code mirror}: only if an engine runs the process; how far its log was copied to here.
 *   <li>{@code lock}: empty, see {@link DirectoryLock}.
 *   <li>{@code out.log}, {@code err.log} and their rotated files and indexes: see {@link
 *       io.luhproc.log.file}.
 * </ul>
 */
public final class ProcessDirectory {
  private static final String PID_FILE = "pid";
  private static final String RECORD_FILE = "process.properties";
  private static final String DESIRED_STATE_FILE = "desired-state";
  private static final String OLD_DESIRED_STATE_FILE = "want";
  private static final String MIRROR_FILE = "mirror";
  private static final Set<String> STATE_FILES =
      Set.of(PID_FILE, RECORD_FILE, DESIRED_STATE_FILE, OLD_DESIRED_STATE_FILE, MIRROR_FILE);
  private static final String PROBE_FILE = "probe";
  private static final int PROBE_BYTES = 64 << 10;
  // The locks of the maintainers of the logs.
  private static final String LOCK_SUFFIX = ".lock";
  private static final String UP = "up\n";
  private static final int MAX_PID_DIGITS = 20;
  private static final int MAX_WORD_BYTES = 64;
  private static final int MAX_MIRROR_BYTES = 4096;
  // A record contains a command line, which the kernel limits to 6 MiB.
  private static final int MAX_RECORD_BYTES = 16 << 20;

  private final Path path;

  ProcessDirectory(Path path) {
    this.path = path;
  }

  /** Returns the directory at a path, which need not exist. */
  public static ProcessDirectory at(Path path) {
    return new ProcessDirectory(path.toAbsolutePath().normalize());
  }

  /** Returns the absolute path. */
  public Path path() {
    return path;
  }

  /** Returns the last name of the path, see {@link ProcessKey#directoryName()}. */
  public String name() {
    Path last = path.getFileName();
    return last == null ? "" : last.toString();
  }

  /** Returns the path of the active log file of stdout. */
  public Path outLog() {
    return path.resolve("out.log");
  }

  /** Returns the path of the active log file of stderr. */
  public Path errLog() {
    return path.resolve("err.log");
  }

  /**
   * Returns whether it exists and is safe to use.
   *
   * @throws DirectoryRefusedException if it is a symbolic link, not a directory, or owned by
   *     another user
   */
  public boolean exists() {
    Optional<FileStat> stat = stat();
    if (stat.isPresent()) {
      requireSafe(stat.get());
    }
    return stat.isPresent();
  }

  /** Returns whether it is a directory owned by this user. */
  boolean isOwnedByUser() {
    return isDirectory(false);
  }

  /** Returns whether it is a directory that this user may read: an own one, or any for root. */
  boolean isReadable() {
    return isDirectory(EffectiveUser.isRoot());
  }

  private boolean isDirectory(boolean anyOwner) {
    Optional<FileStat> stat = stat();
    return stat.isPresent()
        && stat.get().isDirectory()
        && (anyOwner || stat.get().uid() == EffectiveUser.uid());
  }

  private Optional<FileStat> stat() {
    try {
      return FileStat.of(path);
    } catch (IOException e) {
      throw failure("read", path, e);
    }
  }

  private void requireSafe(FileStat stat) {
    if (stat.isSymbolicLink()) {
      throw new DirectoryRefusedException(
          path, path + " is a symbolic link, which luhproc never follows; remove it");
    }
    if (!stat.isDirectory()) {
      throw new DirectoryRefusedException(
          path, path + " is not a directory; remove it, or choose another");
    }
    if (stat.uid() != EffectiveUser.uid()) {
      throw new DirectoryRefusedException(
          path,
          path
              + " belongs to another user (uid "
              + stat.uid()
              + "); run as that user, have it removed, or use another root (LUHPROC_TMP_DIR for"
              + " workers, directory(..) for a supervisor)");
    }
  }

  /**
   * Creates the directory if it is missing.
   *
   * @return whether it was created by this call
   * @throws DirectoryRefusedException if the path exists and is not safe to use
   * @throws LuhprocException if it cannot be created
   */
  public boolean create() {
    if (exists()) {
      return false;
    }
    try {
      Files.createDirectory(path, AtomicFiles.DIRECTORY_MODE);
      return true;
    } catch (FileAlreadyExistsException expected) {
      // Created by another process in between: check that it is safe.
      exists();
      return false;
    } catch (IOException e) {
      throw failure("create", path, e);
    }
  }

  /**
   * Prepares the log files for a launch: creates missing ones, and ends an incomplete last line.
   *
   * <p>The output of the next process begins a new line. If a process of an earlier launch still
   * writes to that line, the line is split in two; nothing is lost.
   */
  public void prepareLogFiles() {
    prepareLogFile(outLog());
    prepareLogFile(errLog());
  }

  private void prepareLogFile(Path file) {
    createIfMissing(file);
    try {
      AtomicFiles.endLastLine(file);
    } catch (IOException ignored) {
      // Only the readability of the log suffers; a full disk fails the launch by itself.
    }
  }

  /** Creates the log files that are missing. */
  public void createLogFiles() {
    createIfMissing(outLog());
    createIfMissing(errLog());
  }

  private void createIfMissing(Path file) {
    try {
      AtomicFiles.createIfMissing(file);
    } catch (IOException e) {
      throw failure("create", file, e);
    }
  }

  /**
   * Waits for the right to start or stop the process.
   *
   * @return the lock; empty if the directory is missing
   * @throws DirectoryLockedException if another holder still had it at the deadline
   */
  public Optional<DirectoryLock> lock(Deadline deadline) {
    return DirectoryLock.acquire(path, deadline, true);
  }

  /**
   * Waits for the right to complete the record; does not create the lock file.
   *
   * @return the lock; empty if the directory is missing or being deleted
   * @throws DirectoryLockedException if another holder still had it at the deadline
   */
  public Optional<DirectoryLock> lockExisting(Deadline deadline) {
    return DirectoryLock.acquire(path, deadline, false);
  }

  /** Returns whether a process was ever launched or prepared here. */
  public boolean isUsed() {
    return Files.exists(path.resolve(RECORD_FILE)) || Files.exists(outLog());
  }

  /** Returns whether there is a record, valid or not: a process was launched here. */
  public boolean hasRecord() {
    return Files.exists(path.resolve(RECORD_FILE));
  }

  /** Returns when the record was written, in milliseconds; 0 if it is missing. */
  long recordModifiedMillis() {
    // Not by Files, which throws for a missing file: called once a second.
    return path.resolve(RECORD_FILE).toFile().lastModified();
  }

  boolean hasPid() {
    return path.resolve(PID_FILE).toFile().exists();
  }

  /** Returns the record; empty if {@code process.properties} is missing, truncated or damaged. */
  public Optional<ProcessRecord> readRecord() {
    byte[] content = readRecordFile();
    return content == null ? Optional.empty() : ProcessRecordFormat.decode(content);
  }

  /** Returns key and token of the record; empty if it is missing, truncated or damaged. */
  public Optional<RecordedLaunch> readLaunch() {
    byte[] content = readRecordFile();
    return content == null ? Optional.empty() : RecordedLaunch.decode(content);
  }

  /** Returns the content of the file; null if it is missing. */
  private byte @Nullable [] readRecordFile() {
    try {
      return RegularFiles.read(path.resolve(RECORD_FILE), MAX_RECORD_BYTES);
    } catch (NoSuchFileException | NotDirectoryException expected) {
      return null;
    } catch (IOException e) {
      throw failure("read", path.resolve(RECORD_FILE), e);
    }
  }

  /** Returns when an entry of the directory was last created or deleted. */
  public Instant lastModified() {
    try {
      return Files.getLastModifiedTime(path).toInstant();
    } catch (IOException e) {
      throw failure("read", path, e);
    }
  }

  /**
   * Opens {@code process.properties}, if it exists, so that its content stays on the disk until the
   * handle is closed.
   *
   * <p>Otherwise replacing it again within milliseconds waits for the disk: ext4 starts to write a
   * file that was renamed over another, and must finish before it can drop it.
   */
  void pinRecord(OpenHandles files) {
    Path record = path.resolve(RECORD_FILE);
    if (RegularFiles.isNotRegular(record)) {
      return;
    }
    try {
      files.add(new FileInputStream(record.toFile()));
    } catch (FileNotFoundException ignored) {
      // Missing, or no descriptor left: then replacing it takes longer, no more.
    }
  }

  /**
   * Checks that files of the size of a record can be written here, and leaves nothing.
   *
   * @throws LuhprocException if they cannot, such as on a full disk
   */
  public void checkWritable() {
    Path probe = path.resolve(PROBE_FILE);
    try {
      AtomicFiles.replace(probe, new byte[PROBE_BYTES]);
      Files.delete(probe);
    } catch (IOException e) {
      throw failure("write", probe, e);
    }
  }

  /** Replaces {@code process.properties}. */
  public void writeRecord(ProcessRecord record) {
    replace(RECORD_FILE, ProcessRecordFormat.encode(record));
  }

  /**
   * Returns the pid; empty if the file is missing or its content is not a decimal pid in the range
   * of the kernel.
   */
  public Optional<Long> readPid() {
    String text = readPidText();
    boolean number = !text.isEmpty() && text.length() < MAX_PID_DIGITS;
    for (int i = 0; number && i < text.length(); i++) {
      number = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    long pid = number ? parsePid(text) : 0;
    return ProcessIdentity.isValidPid(pid) ? Optional.of(pid) : Optional.empty();
  }

  /** Returns whether the file contains a pid. Loads fewer classes than {@link #readPid()}. */
  public boolean recordsPid(long pid) {
    return readPidText().equals(Long.toString(pid));
  }

  /** Returns the text in the file without white space; empty if the file is missing. */
  private String readPidText() {
    try {
      byte[] bytes = RegularFiles.read(path.resolve(PID_FILE), MAX_WORD_BYTES);
      return new String(bytes, StandardCharsets.US_ASCII).strip();
    } catch (NoSuchFileException | NotDirectoryException expected) {
      return "";
    } catch (IOException e) {
      throw failure("read", path.resolve(PID_FILE), e);
    }
  }

  private static long parsePid(String digits) {
    long value = 0;
    for (int i = 0; i < digits.length() && ProcessIdentity.isValidPid(Math.max(2, value)); i++) {
      value = value * 10 + digits.charAt(i) - '0';
    }
    return value;
  }

  /** Replaces {@code pid}. */
  public void writePid(long pid) {
    replace(PID_FILE, (pid + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** Deletes {@code pid}: no process is recorded as running any more. */
  public void deletePid() {
    try {
      Files.deleteIfExists(path.resolve(PID_FILE));
    } catch (IOException e) {
      throw failure("delete", path.resolve(PID_FILE), e);
    }
  }

  /** Removes {@code pid} for a launch, which reuses the file. */
  public void stashPid() {
    try {
      AtomicFiles.stash(path.resolve(PID_FILE));
    } catch (IOException e) {
      throw failure("delete", path.resolve(PID_FILE), e);
    }
  }

  /**
   * Returns whether a supervisor is to keep the process running, according to {@code
   * desired-state}.
   */
  public boolean isDesiredUp() {
    Path current = path.resolve(DESIRED_STATE_FILE);
    Path file =
        Files.exists(current, LinkOption.NOFOLLOW_LINKS)
            ? current
            : path.resolve(OLD_DESIRED_STATE_FILE);
    try {
      String desired =
          new String(RegularFiles.read(file, MAX_WORD_BYTES), StandardCharsets.US_ASCII);
      return desired.isEmpty() || desired.equals(UP);
    } catch (NoSuchFileException | NotDirectoryException expected) {
      return false;
    } catch (IOException e) {
      throw failure("read", file, e);
    }
  }

  /** Creates the directory and {@code desired-state}; does nothing if they exist. */
  public void recordDesiredUp() {
    boolean ignored = create();
    if (!isDesiredUp()) {
      writeDesiredState(true);
    }
  }

  /**
   * Creates {@code desired-state}, or deletes it. Its existence is the state, because replacing it
   * takes ten times as long: ext4 writes a file that replaces another to the disk at once.
   */
  public void writeDesiredState(boolean up) {
    Path file = path.resolve(DESIRED_STATE_FILE);
    try {
      if (up) {
        AtomicFiles.restore(file, UP.getBytes(StandardCharsets.US_ASCII));
      } else {
        AtomicFiles.stash(file);
      }
      Files.deleteIfExists(path.resolve(OLD_DESIRED_STATE_FILE));
    } catch (IOException e) {
      throw failure("write", file, e);
    }
  }

  /** Returns the content of {@code mirror}; empty if the file is missing. */
  public Optional<String> readMirror() {
    Path file = path.resolve(MIRROR_FILE);
    try {
      byte[] bytes = RegularFiles.read(file, MAX_MIRROR_BYTES);
      return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    } catch (NoSuchFileException | NotDirectoryException expected) {
      return Optional.empty();
    } catch (IOException e) {
      throw failure("read", file, e);
    }
  }

  /** Replaces {@code mirror}. */
  public void writeMirror(String content) {
    replace(MIRROR_FILE, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the file that a copier of the log of an engine locks. */
  public Path mirrorLock() {
    return path.resolve(MIRROR_FILE + LOCK_SUFFIX);
  }

  private void replace(String name, byte[] content) {
    Path file = path.resolve(name);
    try {
      AtomicFiles.replace(file, content);
    } catch (IOException e) {
      throw failure("write", file, e);
    }
  }

  /**
   * Protects the directory and its files from cleaners of temporary directories by setting their
   * times. Of logs only the access time is set, so their modification time keeps its meaning.
   *
   * @throws LuhprocException if the times of a file cannot be set; those of the others are
   */
  public void touch(Instant now) {
    FileTime time = FileTime.from(now);
    IOException failure = null;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      view(path).setTimes(time, time, null);
      for (Path file : files) {
        try {
          touch(file, time);
        } catch (NoSuchFileException ignored) {
          // Renamed or deleted since it was listed, as by a rotation.
        } catch (IOException e) {
          failure = e;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw failure("refresh", path, e instanceof IOException io ? io : new IOException(e));
    }
    if (failure != null) {
      throw failure("refresh", path, failure);
    }
  }

  private void touch(Path file, FileTime time) throws IOException {
    if (RegularFiles.isNotRegular(file)) {
      return; // opening a pipe to set its times would block
    }
    String name = String.valueOf(file.getFileName());
    if (name.equals(DirectoryLock.FILE_NAME) || name.endsWith(LOCK_SUFFIX)) {
      // Not opened: closing it would release a lock that this JVM holds, see fcntl(2).
      boolean ignored = file.toFile().setLastModified(time.toMillis());
    } else {
      boolean isState = STATE_FILES.contains(name);
      view(file).setTimes(isState ? time : null, time, null);
    }
  }

  private static BasicFileAttributeView view(Path file) {
    return Files.getFileAttributeView(
        file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** Deletes the directory with its content, the lock file last. Links are not followed. */
  public void delete() {
    try {
      AtomicFiles.deleteTree(path, path.resolve(DirectoryLock.FILE_NAME));
    } catch (NoSuchFileException expected) {
      // Deleted already.
    } catch (IOException e) {
      throw failure("delete", path, e);
    }
  }

  private LuhprocException failure(String verb, Path file, IOException e) {
    return new LuhprocException("cannot " + verb + " " + file + ": " + e + remedy(file, e), e);
  }

  private String remedy(Path file, IOException e) {
    // The directory itself is never a regular file.
    if (!file.equals(path) && RegularFiles.isNotRegular(file)) {
      return "; it must be a regular file, remove what is in its place";
    }
    if (e instanceof AccessDeniedException) {
      return "; give this user permission to read and write there";
    }
    if (String.valueOf(e.getMessage()).contains("Too many open files")) {
      return "; raise `ulimit -n` or close unused descriptors";
    }
    Path parent = path.getParent();
    return e instanceof NoSuchFileException && parent != null && Files.notExists(parent)
        ? "; " + parent + " was deleted, create it again with mode 0700"
        : "; check that its disk is not full and not read-only";
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
