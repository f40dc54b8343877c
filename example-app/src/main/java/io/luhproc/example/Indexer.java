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
final class Indexer {
  /** The argument that says how large a file is read, in MiB. */
  static final String MAX_SIZE = "--max-size=";

  private static final int DEFAULT_MAX_SIZE = 4;
  private static final int BYTES_PER_MIB = 1 << 20;

  private static final String FOREGROUND = "foreground";

  private Indexer() {}

  /**
   * Runs until the worker is asked to stop. All work is done on a thread of its own, as the thread
   * of the task is interrupted when it shall stop, and an index does not survive that; see {@link
   * FolderIndex}.
   *
   * @throws DocSearchException when the id is no folder, the folder goes away, or the index cannot
   *     be written
   */
  static void run(TaskContext context) {
    LuceneLog.quiet();
    ExecutorService thread = Executors.newSingleThreadExecutor(body -> new Thread(body, "indexer"));
    try {
      // join() does not end with an interrupt: the work itself ends soon after the request.
      CompletableFuture.runAsync(() -> work(context), thread).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof DocSearchException known ? known : e;
    } finally {
      thread.shutdown();
    }
  }

  private static void work(TaskContext context) {
    try {
      index(context, folder(context));
    } catch (IOException e) {
      throw new DocSearchException("the index cannot be kept: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DocSearchException("nobody should interrupt this thread", e);
    }
  }

  private static void index(TaskContext context, Path folder)
      throws IOException, InterruptedException {
    IndexHome home = IndexHome.ofThisUser();
    IndexPlace place = home.placeOf(folder);
    home.create(place);
    List<Path> own = new ArrayList<>(List.of(home.root()));
    context.directory().map(Path::getParent).ifPresent(own::add);
    FolderRules rules = new FolderRules(folder, own);
    Clock clock = Clock.systemUTC();
    try (FolderIndex index = FolderIndex.open(place.index());
        FolderWatch watch = FolderWatch.open(folder, clock)) {
      Progress progress = new Progress(place, clock, System.out);
      FileIntake intake = new FileIntake(rules, mostBytes(context), index, progress);
      Indexing indexing = new Indexing(rules, index, intake, watch, progress);
      FolderKeeper keeper = new FolderKeeper(indexing, clock, context::ready);
      context.onStop(keeper::stop);
      keeper.run();
    }
  }

  /** In the foreground the folder may be an argument: {@code INDEXER=1 java -jar … FOLDER}. */
  private static Path folder(TaskContext context) throws IOException {
    String name = context.id();
    if (name.equals(FOREGROUND)) {
      name = context.arguments().stream().filter(it -> !it.startsWith("-")).findFirst().orElse("");
    }
    if (!Files.isDirectory(Path.of(name))) {
      throw new DocSearchException(
          "not a folder: " + name + "; start it with: " + Invocation.with("index", "FOLDER"));
    }
    return Path.of(name).toRealPath();
  }

  private static int mostBytes(TaskContext context) {
    int size =
        context.arguments().stream()
            .filter(argument -> argument.startsWith(MAX_SIZE))
            .mapToInt(argument -> Integer.parseInt(argument.substring(MAX_SIZE.length())))
            .findFirst()
            .orElse(DEFAULT_MAX_SIZE);
    return Math.multiplyExact(size, BYTES_PER_MIB);
  }
}
