package io.luhproc.example;

import io.luhproc.cli.Console;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Waits until a worker has indexed its whole folder, and prints its progress. */
final class IndexWaiter {
  private static final long POLL_INTERVAL_MILLIS = 20;

  private final ProcessManager manager;
  private final Path folder;
  private final StatusFile statusFile;
  private final Console console;
  private Optional<IndexStatus> lastStatus = Optional.empty();

  IndexWaiter(ProcessManager manager, IndexLocation location, Console console) {
    this.manager = manager;
    this.folder = location.folder();
    this.statusFile = location.statusFile();
    this.console = console;
  }

  /**
   * Waits until the indexer watches for changes.
   *
   * @return false if the timeout has elapsed
   * @throws DocSearchException if the worker has ended
   */
  boolean awaitIndexed(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!isIndexed()) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      Thread.sleep(POLL_INTERVAL_MILLIS);
    }
    return true;
  }

  private boolean isIndexed() {
    Optional<WorkerInfo> worker = manager.info(DocSearch.TASK, folder.toString());
    Optional<IndexStatus> status = readStatus();
    if (worker.isEmpty() || !worker.get().state().isAlive()) {
      throw new DocSearchException(
          "cannot wait for the index: the worker has ended ("
              + worker.flatMap(WorkerInfo::end).map(Object::toString).orElse("reason unknown")
              + "); see: "
              + ProgramName.withArguments("logs", "--both", DocSearch.TASK, folder.toString()));
    }
    long pid = worker.get().identity().map(identity -> identity.pid()).orElse(0L);
    Optional<IndexStatus> current = status.filter(candidate -> candidate.pid() == pid);
    if (!current.equals(lastStatus)) {
      lastStatus = current;
      current
          .filter(candidate -> candidate.phase() == Phase.INDEXING)
          .ifPresent(candidate -> console.printMessage(candidate.progressLine()));
    }
    return current.filter(candidate -> candidate.phase() == Phase.WATCHING).isPresent();
  }

  /** Returns the last status as one line of text. */
  String summary() {
    return lastStatus.map(IndexStatus::progressLine).orElse("");
  }

  private Optional<IndexStatus> readStatus() {
    try {
      return statusFile.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
