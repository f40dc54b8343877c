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

/** The directory that the process directories are in. */
public final class ProcessRoot {
  /** The variable that names the root as it is. */
  public static final String ENVIRONMENT_VARIABLE = "LUHPROC_TMP_DIR";

  private static final String DIRECTORY_NAME = "luhproc";
  // Everybody makes entries, nobody touches another's: chmod(1), as /tmp.
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
   * Returns the root that an environment names: {@code $LUHPROC_TMP_DIR} as it is, else {@code
   * $TMPDIR/luhproc}, else {@code <java.io.tmpdir>/luhproc}. An empty variable counts as none.
   */
  public static ProcessRoot fromEnvironment(Map<String, String> environment) {
    String own = environment.getOrDefault(ENVIRONMENT_VARIABLE, "");
    if (!own.isEmpty()) {
      return at(Path.of(own));
    }
    String tmpdir = environment.getOrDefault("TMPDIR", "");
    return at(
        Path.of(tmpdir.isEmpty() ? System.getProperty("java.io.tmpdir") : tmpdir, DIRECTORY_NAME));
  }

  /** Returns where it is. */
  public Path path() {
    return path;
  }

  /** Returns the directory of a process, whether it is there or not. */
  public ProcessDirectory directory(ProcessKey key) {
    return new ProcessDirectory(path.resolve(key.directoryName()));
  }

  /**
   * Makes the root where there is none: mode 1777 in a place that everybody may write to, 0700
   * elsewhere.
   *
   * @throws DirectoryRefusedException when what is there is not safe to use
   * @throws LuhprocException when it cannot be made
   */
  public void create() {
    if (exists()) {
      if (!isWritable()) {
        throw refusal("cannot be written to");
      }
      return;
    }
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
        "cannot make the root of process directories "
            + path
            + ": "
            + cause
            + "; set "
            + ENVIRONMENT_VARIABLE
            + " to a directory that you may write to",
        cause);
  }

  /**
   * Returns whether it is there and safe to use.
   *
   * @throws DirectoryRefusedException when it is a symbolic link, no directory, or another user's
   *     and not shared
   */
  public boolean exists() {
    Optional<FileStat> stat = stat();
    if (stat.isPresent()) {
      requireSafe(stat.get());
    }
    return stat.isPresent();
  }

  /** Returns whether directories can be made in it. */
  public boolean isWritable() {
    return Files.isWritable(path);
  }

  private Optional<FileStat> stat() {
    try {
      return FileStat.of(path);
    } catch (IOException e) {
      throw new LuhprocException(
          "cannot look at the root of process directories "
              + path
              + ": "
              + e
              + "; set "
              + ENVIRONMENT_VARIABLE
              + " to a directory that you may write to",
          e);
    }
  }

  private void requireSafe(FileStat stat) {
    if (stat.isSymbolicLink()) {
      throw refusal("is a symbolic link, which luhproc never follows");
    }
    if (!stat.isDirectory()) {
      throw refusal("is a file, not a directory");
    }
    boolean safe =
        stat.isStickyShared() || (stat.uid() == EffectiveUser.uid() && !stat.isWorldWritable());
    if (!safe) {
      throw refusal(
          stat.uid() == EffectiveUser.uid()
              ? "may be written to by everybody, who could take each other's directories (chmod +t"
                  + " it)"
              : "belongs to another user (uid " + stat.uid() + ") and is not shared as /tmp is");
    }
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

  /** Returns the directories under the root that are this user's, in the order of their names. */
  public List<ProcessDirectory> directories() {
    return directories(false);
  }

  /**
   * Returns the directories under the root that this user may look into: its own, and for root
   * everybody's, in the order of their names.
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
