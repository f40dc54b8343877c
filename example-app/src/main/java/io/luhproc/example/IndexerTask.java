package io.luhproc.example;

import io.luhproc.worker.TaskContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The background task. The ID of the worker is the folder; the task indexes it and keeps the index
 * up to date until a stop is requested.
 */
final class IndexerTask {
  /** Argument with the size limit of a file in MiB. */
  static final String MAX_SIZE = "--max-size=";

  private static final int DEFAULT_MAX_SIZE = 4;
  private static final int BYTES_PER_MIB = 1 << 20;

  private static final String FOREGROUND = "foreground";

  private IndexerTask() {}

  /**
   * Runs until a stop is requested.
   *
   * <p>The work is done on a separate thread, because luhproc interrupts the thread of the task at
   * a stop, and {@link FolderIndex} must not be interrupted.
   *
   * @throws DocSearchException if the ID is not a folder, the folder is gone, or the index cannot
   *     be written
   */
  static void run(TaskContext context) {
    LuceneLogging.logFailuresOnly();
    ExecutorService thread =
        Executors.newSingleThreadExecutor(runnable -> new Thread(runnable, "indexer"));
    try {
      // join() ignores interrupts; the indexer itself returns soon after the request.
      CompletableFuture.runAsync(() -> runIndexer(context), thread).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof DocSearchException failure ? failure : e;
    } finally {
      thread.shutdown();
    }
  }

  private static void runIndexer(TaskContext context) {
    try {
      index(context, resolveFolder(context));
    } catch (IOException e) {
      throw new DocSearchException("cannot write the index: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DocSearchException("cannot index: the thread was interrupted", e);
    }
  }

  private static void index(TaskContext context, Path folder)
      throws IOException, InterruptedException {
    IndexRoot root = IndexRoot.forCurrentUser();
    IndexLocation location = root.locationOf(folder);
    root.createDirectory(location);
    List<Path> excluded = new ArrayList<>(List.of(root.root()));
    context.directory().map(Path::getParent).ifPresent(excluded::add);
    FolderFilter filter = new FolderFilter(folder, excluded);
    Clock clock = Clock.systemUTC();
    try (FolderIndex index = FolderIndex.open(location.indexDirectory());
        FolderWatcher watcher = FolderWatcher.open(folder, clock)) {
      IndexProgress progress = new IndexProgress(location, clock, System.out);
      FileIndexer fileIndexer = new FileIndexer(filter, maxBytes(context), index, progress);
      IndexingContext indexingContext =
          new IndexingContext(filter, index, fileIndexer, watcher, progress);
      FolderIndexer folderIndexer = new FolderIndexer(indexingContext, clock, context::ready);
      context.onStop(folderIndexer::stop);
      folderIndexer.run();
    }
  }

  /** In the foreground, the folder may be an argument: {@code INDEXER=1 java -jar … FOLDER}. */
  private static Path resolveFolder(TaskContext context) throws IOException {
    String name = context.id();
    if (name.equals(FOREGROUND)) {
      name =
          context.arguments().stream()
              .filter(argument -> !argument.startsWith("-"))
              .findFirst()
              .orElse("");
    }
    if (!Files.isDirectory(Path.of(name))) {
      throw new DocSearchException(
          "cannot index "
              + name
              + ": not a folder; run: "
              + ProgramName.withArguments("index", "FOLDER"));
    }
    return Path.of(name).toRealPath();
  }

  private static int maxBytes(TaskContext context) {
    int size =
        context.arguments().stream()
            .filter(argument -> argument.startsWith(MAX_SIZE))
            .mapToInt(argument -> Integer.parseInt(argument.substring(MAX_SIZE.length())))
            .findFirst()
            .orElse(DEFAULT_MAX_SIZE);
    return Math.multiplyExact(size, BYTES_PER_MIB);
  }
}
