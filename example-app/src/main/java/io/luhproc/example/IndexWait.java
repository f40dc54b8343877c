package io.luhproc.example;

import io.luhproc.cli.Console;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Waits until a worker has indexed its whole folder, and prints how far it is. */
final class IndexWait {
  private static final long PAUSE_MILLIS = 20;

  private final ProcessManager workers;
  private final Path folder;
  private final StatusFile file;
  private final Console console;
  private Optional<IndexStatus> last = Optional.empty();

  IndexWait(ProcessManager workers, Path folder, Console console) {
    this.workers = workers;
    this.folder = folder;
    this.file = IndexHome.ofThisUser().placeOf(folder).statusFile();
    this.console = console;
  }

  /**
   * Waits.
   *
   * @return whether everything was indexed in time
   * @throws DocSearchException when the worker has ended
   */
  boolean await(Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!isOver()) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    return true;
  }

  private boolean isOver() {
    Optional<WorkerInfo> worker = workers.info(DocSearch.TASK, folder.toString());
    Optional<IndexStatus> status = read();
    if (worker.isEmpty() || !worker.get().state().isAlive()) {
      throw new DocSearchException(
          "the worker has ended: "
              + worker.flatMap(WorkerInfo::end).map(Object::toString).orElse("nobody saw how")
              + "; see "
              + Invocation.with("logs", "--both", DocSearch.TASK, folder.toString()));
    }
    long pid = worker.get().identity().map(who -> who.pid()).orElse(0L);
    Optional<IndexStatus> own = status.filter(one -> one.pid() == pid);
    if (!own.equals(last)) {
      last = own;
      own.filter(one -> one.phase() == Phase.INDEXING)
          .ifPresent(one -> console.message(one.progress()));
    }
    return own.filter(one -> one.phase() == Phase.WATCHING).isPresent();
  }

  /** Returns what it came to. */
  String summary() {
    return last.map(IndexStatus::progress).orElse("");
  }

  private Optional<IndexStatus> read() {
    try {
      return file.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
