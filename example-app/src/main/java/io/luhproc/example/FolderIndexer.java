package io.luhproc.example;

import io.luhproc.example.FolderWatcher.Changes;
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
 * Keeps the index of a folder up to date until it is stopped.
 *
 * <p>It crawls the folder and then follows its changes. It crawls again if changes were lost, and
 * every ten minutes as a safeguard. One thread calls {@link #run()}, another calls {@link #stop()}.
 */
final class FolderIndexer {
  private static final Duration FIRST_COMMIT = Duration.ofSeconds(1);
  private static final Duration COMMIT_PERIOD = Duration.ofSeconds(5);
  private static final Duration CRAWL_PERIOD = Duration.ofMinutes(10);

  private final IndexingContext context;
  private final Clock clock;
  private final Runnable onCommit;
  private Instant nextCommit;
  private volatile boolean stopped;

  /**
   * Creates an indexer that does nothing until {@link #run()}.
   *
   * @param onCommit called after each commit
   */
  FolderIndexer(IndexingContext context, Clock clock, Runnable onCommit) {
    this.context = context;
    this.clock = clock;
    this.onCommit = onCommit;
    this.nextCommit = clock.instant().plus(FIRST_COMMIT);
  }

  /**
   * Indexes until {@link #stop()} is called.
   *
   * @throws DocSearchException if the folder is gone; its index is kept
   * @throws IOException if the index cannot be written
   */
  void run() throws IOException, InterruptedException {
    try {
      crawlAndWatch();
    } catch (IOException | RuntimeException e) {
      context.progress().fail(e);
      throw e;
    }
  }

  private void crawlAndWatch() throws IOException, InterruptedException {
    context.progress().enterPhase(Phase.INDEXING);
    crawl();
    if (!stopped) {
      context.progress().enterPhase(Phase.WATCHING);
    }
    while (!stopped) {
      if (!followChanges(clock.instant().plus(CRAWL_PERIOD))) {
        crawl();
      }
    }
    context.progress().enterPhase(Phase.STOPPED);
  }

  private void crawl() throws IOException {
    requireFolder();
    Crawler.crawlFolder(context, this::shouldContinue);
    commit();
  }

  /** Applies changes until a stop; returns false if a crawl is due. */
  private boolean followChanges(Instant nextCrawl) throws IOException, InterruptedException {
    while (!stopped) {
      Duration remaining = Duration.between(clock.instant(), nextCrawl);
      if (remaining.isNegative() || remaining.isZero()) {
        return false;
      }
      Optional<Changes> changes = context.watcher().awaitChanges(remaining);
      if (changes.isPresent() && !applyChanges(changes.get())) {
        return false;
      }
    }
    return true;
  }

  private boolean applyChanges(Changes changes) throws IOException {
    requireFolder();
    if (changes.overflow()) {
      return false;
    }
    // A renamed directory must lose its old watch before it gets a new one.
    context.watcher().removeAll(changes.createdOrDeleted());
    for (Path path : changes.createdOrDeleted()) {
      replacePath(path);
    }
    for (Path path : changes.modified()) {
      updatePath(path);
    }
    commit();
    context.progress().reportChanges(changes.createdOrDeleted().size() + changes.modified().size());
    return true;
  }

  private void replacePath(Path path) throws IOException {
    context.index().remove(context.filter().relativePath(path));
    if (!updatePath(path)) {
      context.progress().increment(Counter.REMOVED, 1);
    }
  }

  /** Indexes a path; returns false if it does not exist. */
  private boolean updatePath(Path path) throws IOException {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException expected) {
      return false;
    } catch (IOException e) {
      context.fileIndexer().reportUnreadable(path, e);
      return true;
    }
    if (!attributes.isDirectory() || !context.watcher().isWatching(path)) {
      Crawler.crawlDirectory(context, path, this::shouldContinue);
    }
    return true;
  }

  private void requireFolder() {
    Path folder = context.filter().folder();
    if (!Files.isDirectory(folder)) {
      throw new DocSearchException(
          "cannot index "
              + folder
              + ": it is gone; its index can still be searched; index it again when it is back");
    }
  }

  /** Makes {@link #run} commit and return soon. */
  void stop() {
    stopped = true;
    try {
      context.watcher().close();
    } catch (IOException ignored) {
      // The watches end with the process.
    }
  }

  private boolean shouldContinue() throws IOException {
    if (!clock.instant().isBefore(nextCommit)) {
      commit();
    }
    context.progress().reportIfDue();
    return !stopped;
  }

  private void commit() throws IOException {
    context.index().commit();
    context.progress().setSizes(context.index().fileCount(), context.watcher().directoryCount());
    onCommit.run();
    nextCommit = clock.instant().plus(COMMIT_PERIOD);
  }
}
