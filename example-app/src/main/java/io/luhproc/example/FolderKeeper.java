package io.luhproc.example;

import io.luhproc.example.FolderWatch.Changes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps the index of a folder up to date until it is told to stop: walks through the folder, then
 * follows its changes, and walks again when changes were lost and every ten minutes as a net. One
 * thread runs it; {@link #stop()} comes from another.
 */
final class FolderKeeper {
  private static final Duration FIRST_COMMIT = Duration.ofSeconds(1);
  private static final Duration COMMIT_PERIOD = Duration.ofSeconds(5);
  private static final Duration WALK_PERIOD = Duration.ofMinutes(10);

  private final Indexing indexing;
  private final Clock clock;
  private final Runnable searchable;
  private Instant nextCommit;
  private volatile boolean stopped;

  /**
   * Creates one.
   *
   * @param searchable called after each commit
   */
  FolderKeeper(Indexing indexing, Clock clock, Runnable searchable) {
    this.indexing = indexing;
    this.clock = clock;
    this.searchable = searchable;
    this.nextCommit = clock.instant().plus(FIRST_COMMIT);
  }

  /**
   * Works until it is stopped.
   *
   * @throws DocSearchException when the folder itself is gone; the index stays as it is
   * @throws IOException when the index cannot be written
   */
  void run() throws IOException, InterruptedException {
    try {
      keep();
    } catch (IOException | RuntimeException e) {
      indexing.progress().giveUp(e);
      throw e;
    }
  }

  private void keep() throws IOException, InterruptedException {
    indexing.progress().enter(Phase.INDEXING);
    walk();
    if (!stopped) {
      indexing.progress().enter(Phase.WATCHING);
    }
    while (!stopped) {
      if (!follow(clock.instant().plus(WALK_PERIOD))) {
        walk();
      }
    }
    indexing.progress().enter(Phase.STOPPED);
  }

  private void walk() throws IOException {
    checkFolder();
    Crawl.all(indexing, this::goesOn);
    commit();
  }

  /** Follows the changes; returns false when it is time for a walk. */
  private boolean follow(Instant nextWalk) throws IOException, InterruptedException {
    while (!stopped) {
      Duration left = Duration.between(clock.instant(), nextWalk);
      if (left.isNegative() || left.isZero()) {
        return false;
      }
      Optional<Changes> changes = indexing.watch().await(left);
      if (changes.isPresent() && !apply(changes.get())) {
        return false;
      }
    }
    return true;
  }

  private boolean apply(Changes changes) throws IOException {
    checkFolder();
    if (changes.overflow()) {
      return false;
    }
    // First all that is gone: a renamed directory must lose its watch before it gets a new one.
    indexing.watch().forget(changes.cameOrWent());
    for (Path path : changes.cameOrWent()) {
      replace(path);
    }
    for (Path path : changes.written()) {
      update(path);
    }
    commit();
    indexing.progress().changed(changes.cameOrWent().size() + changes.written().size());
    return true;
  }

  private void replace(Path path) throws IOException {
    indexing.index().remove(indexing.rules().nameOf(path));
    if (!update(path)) {
      indexing.progress().add(Count.REMOVED, 1);
    }
  }

  /** Reads what is there; returns false when nothing is. */
  private boolean update(Path path) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException expected) {
      return false;
    } catch (IOException e) {
      indexing.intake().unreadable(path, e);
      return true;
    }
    if (!attributes.isDirectory() || !indexing.watch().covers(path)) {
      Crawl.within(indexing, path, this::goesOn);
    }
    return true;
  }

  private void checkFolder() {
    Path folder = indexing.rules().folder();
    if (!Files.isDirectory(folder)) {
      throw new DocSearchException(
          folder
              + " is gone; what was indexed can still be searched; index it again when it is back");
    }
  }

  /** Makes {@link #run} return soon, with everything committed that it has read. */
  void stop() {
    stopped = true;
    try {
      indexing.watch().close();
    } catch (IOException ignored) {
      // The watch ends with the process.
    }
  }

  private boolean goesOn() throws IOException {
    if (!clock.instant().isBefore(nextCommit)) {
      commit();
    }
    indexing.progress().tick();
    return !stopped;
  }

  private void commit() throws IOException {
    indexing.index().commit();
    indexing.progress().size(indexing.index().size(), indexing.watch().size());
    searchable.run();
    nextCommit = clock.instant().plus(COMMIT_PERIOD);
  }
}
