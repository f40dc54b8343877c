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
 * The task in the background: indexes the folder that is the worker's id, and keeps the index up to
 * date until it is told to stop.
 */
final class IndexerTask {
  /** The argument that says how large a file is read, in MiB. */
  static final String MAX_SIZE = "--max-size=";

  private static final int DEFAULT_MAX_SIZE = 4;
  private static final int BYTES_PER_MIB = 1 << 20;

  private static final String FOREGROUND = "foreground";

  private IndexerTask() {}

  /**
   * Runs until the worker is asked to stop. All work is done on a thread of its own, as the thread
   * of the task is interrupted when it shall stop, and an index does not survive that; see {@link
   * FolderIndex}.
   *
   * @throws DocSearchException when the id is no folder, the folder goes away, or the index cannot
   *     be written
   */
  static void run(TaskContext context) {
    LuceneLogging.logFailuresOnly();
    ExecutorService thread =
        Executors.newSingleThreadExecutor(runnable -> new Thread(runnable, "indexer"));
    try {
      // join() does not end with an interrupt: the work itself ends soon after the request.
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
      throw new DocSearchException("the index cannot be kept: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DocSearchException("nobody should interrupt this thread", e);
    }
  }

  private static void index(TaskContext context, Path folder)
      throws IOException, InterruptedException {
    IndexRoot root = IndexRoot.forCurrentUser();
    IndexLocation location = root.locationOf(folder);
    root.createDirectory(location);
    List<Path> excluded = new ArrayList<>(List.of(root.root()));
    context.directory().map(Path::getParent).ifPresent(excluded::add);
    FolderFilter rules = new FolderFilter(folder, excluded);
    Clock clock = Clock.systemUTC();
    try (FolderIndex index = FolderIndex.open(location.indexDirectory());
        FolderWatcher watch = FolderWatcher.open(folder, clock)) {
      IndexProgress progress = new IndexProgress(location, clock, System.out);
      FileIndexer fileIndexer = new FileIndexer(rules, maxBytes(context), index, progress);
      IndexingContext indexingContext =
          new IndexingContext(rules, index, fileIndexer, watch, progress);
      FolderIndexer folderIndexer = new FolderIndexer(indexingContext, clock, context::ready);
      context.onStop(folderIndexer::stop);
      folderIndexer.run();
    }
  }

  /** In the foreground the folder may be an argument: {@code INDEXER=1 java -jar … FOLDER}. */
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
          "not a folder: "
              + name
              + "; start it with: "
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
