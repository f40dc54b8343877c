package io.luhproc.slurm;

import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The runs of the workers of one app on one partition, in {@code SCOPE/NAME/RUN} below the shared
 * directory.
 */
final class RunStore {
  private static final int SCOPE_LENGTH = 10;
  private static final int RUN_LENGTH = 16;
  private static final int NAME_LENGTH = 50;
  private static final int ATTEMPTS = 10;
  // An sbatch that is under way takes less than the time limit of a call.
  private static final Duration ABANDONED_AFTER = Duration.ofHours(1);

  private final Path root;
  private final String scope;

  RunStore(SlurmSettings settings, String cluster) {
    this.root = settings.directory();
    // Home directories may be shared by clusters, whose job numbers mean nothing to each other.
    this.scope =
        Hash.of(SCOPE_LENGTH, cluster, settings.partition(), settings.app(), root.toString());
  }

  /** Returns the name of the jobs of a worker, which no other worker of this user has. */
  String name(WorkerKey key) {
    return key.shortName(NAME_LENGTH) + "-" + scope;
  }

  /** Returns whether a job is that of a worker of this app. */
  boolean isOwnName(String name) {
    return name.endsWith("-" + scope);
  }

  static String directoryName(String token) {
    return Hash.of(RUN_LENGTH, token);
  }

  private Path scopePath() {
    return root.resolve(scope);
  }

  Path path(String name, String run) {
    return scopePath().resolve(name).resolve(run);
  }

  /** Returns the run of a token, which is created unless it exists. */
  Run create(WorkerSpec spec) {
    PrivateFiles.createRoot(root);
    String name = name(spec.key());
    Path path = path(name, directoryName(spec.token()));
    RunRecord record = RunRecord.of(spec, Instant.now());
    Run created = new Run(path, name, record, Optional.empty(), OptionalLong.empty());
    try {
      createDirectories(name, path);
      Optional<Run> existing = Run.read(path, name);
      if (existing.isPresent()) {
        return existing.get();
      }
      PrivateFiles.touch(created.file(SlurmLog.OUT));
      PrivateFiles.touch(created.file(SlurmLog.ERR));
      PrivateFiles.touch(created.file(Run.JOB_LOG));
      PrivateFiles.write(created.file(Run.RECORD), record.format());
      return created;
    } catch (IOException e) {
      throw PrivateFiles.unavailable(path, e);
    }
  }

  /** Creates the directory of a run, although others may remove its parent, which is empty. */
  private void createDirectories(String name, Path path) throws IOException {
    PrivateFiles.createDirectory(scopePath());
    for (int i = 1; ; i++) {
      try {
        PrivateFiles.createDirectory(scopePath().resolve(name));
        PrivateFiles.createDirectory(path);
        return;
      } catch (NoSuchFileException e) {
        if (i == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Returns all runs. */
  List<Run> all() {
    List<Run> result = new ArrayList<>();
    for (Path worker : children(scopePath())) {
      result.addAll(of(worker.getFileName().toString()));
    }
    return result;
  }

  /** Returns the runs of a worker. */
  List<Run> of(String name) {
    List<Run> result = new ArrayList<>();
    children(scopePath().resolve(name)).forEach(it -> Run.read(it, name).ifPresent(result::add));
    return result;
  }

  private static List<Path> children(Path directory) {
    List<Path> result = new ArrayList<>();
    try {
      BasicFileAttributes found =
          Files.readAttributes(directory, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (found.isDirectory()) {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
          stream.forEach(result::add);
        }
      }
    } catch (NoSuchFileException ignored) {
      // Not created yet, or removed meanwhile.
    } catch (DirectoryIteratorException | IOException e) {
      throw PrivateFiles.unavailable(directory, e);
    }
    return result;
  }

  /** Removes runs of a worker that were given up before a job was submitted for them. */
  void removeAbandoned(String name, Set<Path> kept) {
    Instant limit = Instant.now().minus(ABANDONED_AFTER);
    of(name).stream()
        .filter(it -> !kept.contains(it.path()) && it.job().isEmpty() && it.start().isEmpty())
        .filter(it -> it.record().created().isBefore(limit))
        .forEach(this::remove);
  }

  /** Removes a run with its logs. Its record goes first: then there is no such run. */
  void remove(Run run) {
    try {
      boolean ignored = Files.deleteIfExists(run.file(Run.RECORD));
      for (int i = 1; !removeDirectory(run.path()); i++) {
        if (i == ATTEMPTS) {
          throw new DirectoryNotEmptyException(run.path().toString());
        }
      }
    } catch (IOException e) {
      throw PrivateFiles.unavailable(run.path(), e);
    }
    try {
      boolean ignored = Files.deleteIfExists(scopePath().resolve(run.name()));
    } catch (IOException ignored) {
      // It has other runs.
    }
  }

  /** Returns false if another process has written a file meanwhile. */
  private static boolean removeDirectory(Path directory) throws IOException {
    for (Path file : children(directory)) {
      boolean ignored = Files.deleteIfExists(file);
    }
    try {
      boolean ignored = Files.deleteIfExists(directory);
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
  }

  /** Checks that the directory can be used. */
  void check() {
    PrivateFiles.createRoot(root);
    Path probe = root.resolve(".check");
    try {
      PrivateFiles.write(probe, "");
      boolean ignored = Files.deleteIfExists(probe);
    } catch (IOException e) {
      throw PrivateFiles.unavailable(probe, e);
    }
  }
}
