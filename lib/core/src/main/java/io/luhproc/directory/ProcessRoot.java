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
  public static final String VARIABLE = "LUHPROC_TMP_DIR";

  private static final String NAME = "luhproc";
  // Everybody makes entries, nobody touches another's: chmod(1), as /tmp.
  private static final int SHARED_MODE = 01777;

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
  public static ProcessRoot of(Map<String, String> environment) {
    String own = environment.getOrDefault(VARIABLE, "");
    if (!own.isEmpty()) {
      return at(Path.of(own));
    }
    String tmpdir = environment.getOrDefault("TMPDIR", "");
    return at(Path.of(tmpdir.isEmpty() ? System.getProperty("java.io.tmpdir") : tmpdir, NAME));
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
        throw refused("cannot be written to");
      }
      return;
    }
    try {
      Path parent = path.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(path, PrivateFiles.DIRECTORY);
      if (parent != null && FileFacts.of(parent).filter(FileFacts::isWritableByAll).isPresent()) {
        Files.setAttribute(path, "unix:mode", SHARED_MODE);
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
            + VARIABLE
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
    Optional<FileFacts> facts = facts();
    if (facts.isPresent()) {
      check(facts.get());
    }
    return facts.isPresent();
  }

  /** Returns whether directories can be made in it. */
  public boolean isWritable() {
    return Files.isWritable(path);
  }

  private Optional<FileFacts> facts() {
    try {
      return FileFacts.of(path);
    } catch (IOException e) {
      throw new LuhprocException(
          "cannot look at the root of process directories "
              + path
              + ": "
              + e
              + "; set "
              + VARIABLE
              + " to a directory that you may write to",
          e);
    }
  }

  private void check(FileFacts facts) {
    if (facts.isLink()) {
      throw refused("is a symbolic link, which luhproc never follows");
    }
    if (!facts.isDirectory()) {
      throw refused("is a file, not a directory");
    }
    boolean safe = facts.isShared() || (facts.uid() == OwnUser.uid() && !facts.isWritableByAll());
    if (!safe) {
      throw refused(
          facts.uid() == OwnUser.uid()
              ? "may be written to by everybody, who could take each other's directories (chmod +t"
                  + " it)"
              : "belongs to another user (uid " + facts.uid() + ") and is not shared as /tmp is");
    }
  }

  private DirectoryRefusedException refused(String why) {
    return new DirectoryRefusedException(
        path,
        "the root of process directories "
            + path
            + " "
            + why
            + "; remove it, or set "
            + VARIABLE
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

  private List<ProcessDirectory> directories(boolean ofOthers) {
    if (!exists()) {
      return List.of();
    }
    List<ProcessDirectory> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
      for (Path entry : entries) {
        ProcessDirectory directory = new ProcessDirectory(entry);
        if (ofOthers ? directory.isReadable() : directory.isOwn()) {
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
