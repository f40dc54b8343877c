package io.luhproc.example;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks a folder once to update the index: indexes new and changed files and removes deleted ones.
 *
 * <p>Each directory is watched before it is listed, so that no change is missed in between.
 */
final class Crawler extends SimpleFileVisitor<Path> {
  /** Callback for each file; it may commit and report in between. */
  interface CrawlControl {
    /** Returns whether the walk continues. */
    boolean shouldContinue() throws IOException;
  }

  private final FolderFilter filter;
  private final FolderWatcher watcher;
  private final FileIndexer fileIndexer;
  private final IndexProgress progress;
  private final CrawlControl control;
  private final Map<String, FileVersion> knownVersions;

  private Crawler(
      IndexingContext context, CrawlControl control, Map<String, FileVersion> knownVersions) {
    this.filter = context.filter();
    this.watcher = context.watcher();
    this.fileIndexer = context.fileIndexer();
    this.progress = context.progress();
    this.control = control;
    this.knownVersions = knownVersions;
  }

  /**
   * Walks the whole folder.
   *
   * @param control if it returns false, the walk ends early and removes nothing
   */
  static void crawlFolder(IndexingContext context, CrawlControl control) throws IOException {
    Map<String, FileVersion> knownVersions = context.index().fileVersions();
    Crawler crawler = new Crawler(context, control, knownVersions);
    Files.walkFileTree(context.filter().folder(), crawler);
    if (control.shouldContinue()) {
      for (String path : knownVersions.keySet()) {
        context.index().remove(path);
        context.progress().increment(Counter.REMOVED, 1);
      }
    }
  }

  /** Walks a new directory, none of whose files is in the index. */
  static void crawlDirectory(IndexingContext context, Path directory, CrawlControl control)
      throws IOException {
    Files.walkFileTree(directory, new Crawler(context, control, new HashMap<>()));
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
    if (!filter.includesDirectory(directory)) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    watcher.add(directory);
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (!control.shouldContinue()) {
      return FileVisitResult.TERMINATE;
    }
    if (!filter.includesFile(attributes)) {
      return FileVisitResult.CONTINUE;
    }
    progress.increment(Counter.SEEN, 1);
    if (FileVersion.of(attributes).equals(knownVersions.remove(filter.relativePath(file)))) {
      progress.increment(Counter.UNCHANGED, 1);
    } else {
      fileIndexer.indexFile(file, attributes);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path path, IOException cause) throws IOException {
    if (path.equals(filter.folder())) {
      throw cause;
    }
    if (!(cause instanceof NoSuchFileException)) {
      fileIndexer.reportUnreadable(path, cause);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException cause)
      throws IOException {
    if (cause != null) {
      return visitFileFailed(directory, cause);
    }
    return FileVisitResult.CONTINUE;
  }
}
