package io.luhproc.directory;

import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The root directory, which contains the process directories. */
public final class ProcessRoot {
  /** The environment variable with the path of the root, used verbatim. */
  public static final String ENVIRONMENT_VARIABLE = "LUHPROC_TMP_DIR";

  private static final String DIRECTORY_NAME = "luhproc";
  // Like /tmp: all users create entries and delete only their own.
  private static final int STICKY_SHARED_MODE = 01777;

  private final Path path;

  private ProcessRoot(Path path) {
    this.path = path.toAbsolutePath().normalize();
  }

  /** Returns the root at a path. */
  public static ProcessRoot at(Path path) {
    return new ProcessRoot(path);
  }

  /**
   * Returns the root for an environment: {@code $LUHPROC_TMP_DIR} verbatim, else {@code
   * $TMPDIR/luhproc}, else {@code <java.io.tmpdir>/luhproc}. An empty variable counts as unset.
   */
  public static ProcessRoot fromEnvironment(Map<String, String> environment) {
    String root = environment.getOrDefault(ENVIRONMENT_VARIABLE, "");
    if (!root.isEmpty()) {
      return at(Path.of(root));
    }
    String tmpdir = environment.getOrDefault("TMPDIR", "");
    return at(
        Path.of(tmpdir.isEmpty() ? System.getProperty("java.io.tmpdir") : tmpdir, DIRECTORY_NAME));
  }

  /** Returns the absolute path. */
  public Path path() {
    return path;
  }

  /** Returns the directory of a process, which need not exist. */
  public ProcessDirectory directory(ProcessKey key) {
    return new ProcessDirectory(path.resolve(key.directoryName()));
  }

  /**
   * Creates the root if it is missing: with mode 1777 in a world-writable directory, else 0700.
   *
   * @throws DirectoryRefusedException if the path exists and is not safe to use, or if another
   *     ordinary user owns one of its parents
   * @throws LuhprocException if it cannot be created
   */
  public void create() {
    if (exists()) {
      if (!isWritable()) {
        throw refusal("is not writable");
      }
      return;
    }
    checkParents();
    try {
      Path parent = path.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(path, AtomicFiles.DIRECTORY_MODE);
      if (parent != null && FileStat.of(parent).filter(FileStat::isWorldWritable).isPresent()) {
        Files.setAttribute(path, "unix:mode", STICKY_SHARED_MODE);
      }
    } catch (FileAlreadyExistsException e) {
      if (!exists()) {
        throw creationFailure(e); // a parent is a file
      }
    } catch (IOException e) {
      throw creationFailure(e);
    }
  }

  private LuhprocException creationFailure(IOException cause) {
    return new LuhprocException(
        "cannot create the root of process directories "
            + path
            + ": "
            + cause
            + "; set "
            + ENVIRONMENT_VARIABLE
            + " to a directory that you may write to",
        cause);
  }

  /**
   * Checks that only root and this user own the directories and links above the root: an owner can
   * rename what is below, so that a second process would be started in its place. The same holds if
   * this user is root. Members of a group and the users of a world-writable parent are trusted.
   *
   * @throws DirectoryRefusedException if another ordinary user owns one of them
   * @throws LuhprocException if their status cannot be read
   */
  public void checkParents() {
    try {
      Path foreign = AncestorOwners.findForeign(path);
      if (foreign != null) {
        throw new DirectoryRefusedException(
            path,
            "the root of process directories "
                + path
                + " is below "
                + foreign
                + ", which another user owns and can rename; use another root (LUHPROC_TMP_DIR for"
                + " workers, directory(..) for a supervisor)");
      }
    } catch (IOException e) {
      throw statFailure(e);
    }
  }

  /**
   * Returns whether it exists and is safe to use.
   *
   * @throws DirectoryRefusedException if it is a symbolic link, not a directory, owned by another
   *     ordinary user, or owned by root and not shared; or if another ordinary user owns one of its
   *     parents
   * @throws LuhprocException if its status cannot be read
   */
  public boolean exists() {
    Optional<FileStat> stat = stat();
    if (stat.isPresent()) {
      requireSafe(stat.get());
    }
    return stat.isPresent();
  }

  /** Returns whether this user can create directories in it. */
  public boolean isWritable() {
    return Files.isWritable(path);
  }

  private Optional<FileStat> stat() {
    try {
      return FileStat.of(path);
    } catch (IOException e) {
      throw statFailure(e);
    }
  }

  private LuhprocException statFailure(IOException e) {
    return new LuhprocException(
        "cannot read the root of process directories "
            + path
            + ": "
            + e
            + "; set "
            + ENVIRONMENT_VARIABLE
            + " to a directory that you may write to",
        e);
  }

  private void requireSafe(FileStat stat) {
    if (stat.isSymbolicLink()) {
      throw refusal("is a symbolic link, which luhproc never follows");
    }
    if (!stat.isDirectory()) {
      throw refusal("is a file, not a directory");
    }
    if (stat.isStickyShared() && !EffectiveUser.trusts(stat.uid())) {
      throw refusal(
          "belongs to another user (uid "
              + stat.uid()
              + ") and is shared: its owner can rename all directories in it");
    }
    boolean safe =
        stat.isStickyShared() || (stat.uid() == EffectiveUser.uid() && !stat.isWorldWritable());
    if (!safe) {
      throw refusal(
          stat.uid() == EffectiveUser.uid()
              ? "is world-writable without the sticky bit, so users could replace each other's"
                  + " directories (chmod +t it)"
              : "belongs to another user (uid " + stat.uid() + ") and is not shared like /tmp");
    }
    checkParents();
  }

  private DirectoryRefusedException refusal(String reason) {
    return new DirectoryRefusedException(
        path,
        "the root of process directories "
            + path
            + " "
            + reason
            + "; remove it, or set "
            + ENVIRONMENT_VARIABLE
            + " to a directory of your own");
  }

  /** Returns the directories in the root that this user owns, sorted by name. */
  public List<ProcessDirectory> directories() {
    return directories(false);
  }

  /**
   * Returns the directories in the root that this user may read, sorted by name: its own, and for
   * root those of all users.
   */
  public List<ProcessDirectory> readableDirectories() {
    return directories(true);
  }

  private List<ProcessDirectory> directories(boolean includeOtherUsers) {
    if (!exists()) {
      return List.of();
    }
    List<ProcessDirectory> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        ProcessDirectory directory = new ProcessDirectory(entry);
        if (includeOtherUsers ? directory.isReadable() : directory.isOwnedByUser()) {
          found.add(directory);
        }
      }
    } catch (NoSuchFileException expected) {
      return List.of();
    } catch (IOException | DirectoryIteratorException e) {
      throw new LuhprocException(
          "cannot read the root of process directories " + path + ": " + e, e);
    }
    found.sort((a, b) -> a.name().compareTo(b.name()));
    return found;
  }
}
