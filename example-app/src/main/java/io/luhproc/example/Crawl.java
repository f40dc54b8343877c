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
 * One walk that brings the index up to date: reads what is new or changed, leaves the rest, and
 * removes what is gone. Each directory is watched before it is listed, so that no change falls
 * between.
 */
final class Crawl extends SimpleFileVisitor<Path> {
  /** Is asked for each file, and may do what is due in between. */
  interface Pace {
    /** Returns whether the walk goes on. */
    boolean goesOn() throws IOException;
  }

  private final FolderRules rules;
  private final FolderWatch watch;
  private final FileIntake intake;
  private final Progress progress;
  private final Pace pace;
  private final Map<String, Stamp> known;

  private Crawl(Indexing indexing, Pace pace, Map<String, Stamp> known) {
    this.rules = indexing.rules();
    this.watch = indexing.watch();
    this.intake = indexing.intake();
    this.progress = indexing.progress();
    this.pace = pace;
    this.known = known;
  }

  /**
   * Walks through the whole folder.
   *
   * @param pace when it says no, the walk ends early and removes nothing
   */
  static void all(Indexing indexing, Pace pace) throws IOException {
    Map<String, Stamp> known = indexing.index().stamps();
    Crawl crawl = new Crawl(indexing, pace, known);
    Files.walkFileTree(indexing.rules().folder(), crawl);
    if (pace.goesOn()) {
      for (String path : known.keySet()) {
        indexing.index().remove(path);
        indexing.progress().add(Count.REMOVED, 1);
      }
    }
  }

  /** Walks through a directory that is new in the folder; nothing is known of it. */
  static void within(Indexing indexing, Path directory, Pace pace) throws IOException {
    Files.walkFileTree(directory, new Crawl(indexing, pace, new HashMap<>()));
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
    if (!rules.enters(directory)) {
      return FileVisitResult.SKIP_SUBTREE;
    }
    watch.add(directory);
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (!pace.goesOn()) {
      return FileVisitResult.TERMINATE;
    }
    if (!rules.takes(attributes)) {
      return FileVisitResult.CONTINUE;
    }
    progress.add(Count.SEEN, 1);
    if (Stamp.of(attributes).equals(known.remove(rules.nameOf(file)))) {
      progress.add(Count.UNCHANGED, 1);
    } else {
      intake.take(file, attributes);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path path, IOException why) throws IOException {
    if (path.equals(rules.folder())) {
      throw why;
    }
    if (!(why instanceof NoSuchFileException)) {
      intake.unreadable(path, why);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException why)
      throws IOException {
    if (why != null) {
      return visitFileFailed(directory, why);
    }
    return FileVisitResult.CONTINUE;
  }
}
