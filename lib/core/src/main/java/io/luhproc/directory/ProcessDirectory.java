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
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;

/**
 * The directory of one process, mode 0700, with {@code pid}, {@code out.log}, {@code err.log},
 * {@code process.properties} and {@code lock}, mode 0600.
 */
public final class ProcessDirectory {
  private static final String PID_FILE = "pid";
  private static final String RECORD_FILE = "process.properties";
  private static final String DESIRED_STATE_FILE = "want";
  private static final String UP = "up\n";
  private static final int MAX_PID_DIGITS = 20;
  // Of a pid and of a want. A description holds a command line, which the kernel keeps below 6 MiB.
  private static final int MAX_WORD_BYTES = 64;
  private static final int MAX_RECORD_BYTES = 16 << 20;

  private final Path path;

  ProcessDirectory(Path path) {
    this.path = path;
  }

  /** Returns the directory at a path, of which nothing is known yet. */
  public static ProcessDirectory at(Path path) {
    return new ProcessDirectory(path.toAbsolutePath().normalize());
  }

  /** Returns where it is. */
  public Path path() {
    return path;
  }

  /** Returns its own name, which {@link ProcessKey#directoryName()} decides; none for {@code /}. */
  public String name() {
    Path last = path.getFileName();
    return last == null ? "" : last.toString();
  }

  /** Returns the live file of stdout. */
  public Path outLog() {
    return path.resolve("out.log");
  }

  /** Returns the live file of stderr. */
  public Path errLog() {
    return path.resolve("err.log");
  }

  /**
   * Returns whether it is there and safe to use.
   *
   * @throws DirectoryRefusedException when it is a symbolic link, no directory, or another user's
   */
  public boolean exists() {
    Optional<FileStat> stat = stat();
    if (stat.isPresent()) {
      requireSafe(stat.get());
    }
    return stat.isPresent();
  }

  /** Returns whether it is a directory, and this user's. */
  boolean isOwnedByUser() {
    return isDirectory(false);
  }

  /** Returns whether it is a directory of which this user may see what is in it. */
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
      throw failure("look at", path, e);
    }
  }

  private void requireSafe(FileStat stat) {
    if (stat.isSymbolicLink()) {
      throw new DirectoryRefusedException(
          path, path + " is a symbolic link, which luhproc never follows; remove it");
    }
    if (!stat.isDirectory()) {
      throw new DirectoryRefusedException(
          path, path + " is no directory; remove it, or choose another");
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
   * Makes the directory where there is none.
   *
   * @return whether it was made now
   * @throws DirectoryRefusedException when something that is not safe to use is in its place
   */
  public boolean create() {
    if (exists()) {
      return false;
    }
    try {
      Files.createDirectory(path, AtomicFiles.DIRECTORY_MODE);
      return true;
    } catch (FileAlreadyExistsException expected) {
      // Somebody was faster; what they made must stand the same check.
      exists();
      return false;
    } catch (IOException e) {
      throw failure("make", path, e);
    }
  }

  /** Makes empty log files where there are none. */
  public void createLogFiles() {
    createIfMissing(outLog());
    createIfMissing(errLog());
  }

  private void createIfMissing(Path file) {
    try {
      AtomicFiles.createIfMissing(file);
    } catch (IOException e) {
      throw failure("make", file, e);
    }
  }

  /**
   * Waits for the right to start or stop the process.
   *
   * @return the lock; empty when the directory is gone
   * @throws DirectoryLockedException when somebody else still held it at the deadline
   */
  public Optional<DirectoryLock> lock(Deadline deadline) {
    return DirectoryLock.acquire(path, deadline, true);
  }

  /**
   * Waits for the right to complete what is recorded.
   *
   * @return the lock; empty when the directory is gone or about to be removed
   * @throws DirectoryLockedException when somebody else still held it at the deadline
   */
  public Optional<DirectoryLock> lockExisting(Deadline deadline) {
    return DirectoryLock.acquire(path, deadline, false);
  }

  /** Returns whether anything was ever recorded of a process here. */
  public boolean isUsed() {
    return Files.exists(path.resolve(RECORD_FILE)) || Files.exists(outLog());
  }

  /** Returns whether there is a description, whole or not: so anything was ever launched here. */
  public boolean hasRecord() {
    return Files.exists(path.resolve(RECORD_FILE));
  }

  /** Returns what {@code process.properties} says; empty when it is missing, cut off or damaged. */
  public Optional<ProcessRecord> readRecord() {
    try {
      return ProcessRecordFormat.decode(
          AtomicFiles.read(path.resolve(RECORD_FILE), MAX_RECORD_BYTES));
    } catch (NoSuchFileException | NotDirectoryException expected) {
      return Optional.empty();
    } catch (IOException e) {
      throw failure("read", path.resolve(RECORD_FILE), e);
    }
  }

  /** Returns when the directory was last changed, for one that has no description. */
  public Instant lastModified() {
    try {
      return Files.getLastModifiedTime(path).toInstant();
    } catch (IOException e) {
      throw failure("look at", path, e);
    }
  }

  /**
   * Keeps {@code process.properties}, where there is one, as it is now on the disk until it is
   * closed, also when it is replaced. Without, replacing it again within some milliseconds waits
   * for the disk: ext4 begins to write what was renamed over another file, and must have done so
   * before it can drop it.
   */
  void pinRecord(OpenHandles files) {
    Path record = path.resolve(RECORD_FILE);
    if (AtomicFiles.isNotRegular(record)) {
      return;
    }
    try {
      files.add(new FileInputStream(record.toFile()));
    } catch (FileNotFoundException ignored) {
      // Not there, or no descriptor is left: then replacing it takes longer, and that is all.
    }
  }

  /** Replaces {@code process.properties}. */
  public void writeRecord(ProcessRecord record) {
    replace(RECORD_FILE, ProcessRecordFormat.encode(record));
  }

  /**
   * Returns what {@code pid} says; empty when it is missing, or is not the decimal pid of a process
   * that could be ours.
   */
  public Optional<Long> readPid() {
    try {
      byte[] bytes = AtomicFiles.read(path.resolve(PID_FILE), MAX_WORD_BYTES);
      String text = new String(bytes, StandardCharsets.US_ASCII).strip();
      boolean number = !text.isEmpty() && text.length() < MAX_PID_DIGITS;
      for (int i = 0; number && i < text.length(); i++) {
        number = text.charAt(i) >= '0' && text.charAt(i) <= '9';
      }
      long pid = number ? parsePid(text) : 0;
      return ProcessIdentity.isValidPid(pid) ? Optional.of(pid) : Optional.empty();
    } catch (NoSuchFileException | NotDirectoryException expected) {
      return Optional.empty();
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

  /** Removes {@code pid}, because no process is recorded any more. */
  public void deletePid() {
    try {
      Files.deleteIfExists(path.resolve(PID_FILE));
    } catch (IOException e) {
      throw failure("delete", path.resolve(PID_FILE), e);
    }
  }

  /** Takes {@code pid} away for a launch, which records the next one in the same file. */
  public void stashPid() {
    stash(PID_FILE);
  }

  /**
   * Returns whether {@code want} says that a supervisor is to keep the process up: {@code up} and a
   * newline; {@code down}, or no such file, say that it is not. One that a power failure emptied
   * was about to say up.
   */
  public boolean isDesiredUp() {
    try {
      byte[] bytes = AtomicFiles.read(path.resolve(DESIRED_STATE_FILE), MAX_WORD_BYTES);
      String desired = new String(bytes, StandardCharsets.US_ASCII);
      return desired.isEmpty() || desired.equals(UP);
    } catch (NoSuchFileException | NotDirectoryException expected) {
      return false;
    } catch (IOException e) {
      throw failure("read", path.resolve(DESIRED_STATE_FILE), e);
    }
  }

  /**
   * Makes {@code want}, or removes it: a file that takes the place of another is written to the
   * disk by ext4 at once, which takes ten times as long. That it is there says all.
   */
  public void writeDesiredState(boolean up) {
    if (!up) {
      stash(DESIRED_STATE_FILE);
      return;
    }
    try {
      AtomicFiles.restore(path.resolve(DESIRED_STATE_FILE), UP.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw failure("write", path.resolve(DESIRED_STATE_FILE), e);
    }
  }

  private void stash(String name) {
    try {
      AtomicFiles.stash(path.resolve(name));
    } catch (IOException e) {
      throw failure("delete", path.resolve(name), e);
    }
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
   * Tells tmp cleaners that the directory and what is in it are in use. Only the access time of
   * files is set, so their time of modification goes on meaning something.
   */
  public void touch(Instant now) {
    FileTime time = FileTime.from(now);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      Files.setLastModifiedTime(path, time);
      for (Path file : files) {
        Files.getFileAttributeView(file, BasicFileAttributeView.class).setTimes(null, time, null);
      }
    } catch (IOException e) {
      throw failure("refresh", path, e);
    }
  }

  /** Removes the directory and all that is in it; the lock file last. Links are not followed. */
  public void delete() {
    try {
      AtomicFiles.deleteTree(path, path.resolve(DirectoryLock.FILE_NAME));
    } catch (NoSuchFileException expected) {
      // It is gone, which is what was asked for.
    } catch (IOException e) {
      throw failure("remove", path, e);
    }
  }

  private LuhprocException failure(String verb, Path file, IOException e) {
    return new LuhprocException("cannot " + verb + " " + file + ": " + e + remedy(file, e), e);
  }

  private String remedy(Path file, IOException e) {
    // Where the directory itself is concerned, it is no file of course.
    if (!file.equals(path) && AtomicFiles.isNotRegular(file)) {
      return "; it must be a regular file, remove what is in its place";
    }
    if (e instanceof AccessDeniedException) {
      return "; this user must be able to read and write there";
    }
    Path parent = path.getParent();
    return e instanceof NoSuchFileException && parent != null && Files.notExists(parent)
        ? "; " + parent + " was removed, make it again with mode 0700"
        : "; see that its disk is not full and not read-only";
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
