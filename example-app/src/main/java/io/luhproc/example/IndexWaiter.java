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
final class IndexWaiter {
  private static final long POLL_INTERVAL_MILLIS = 20;

  private final ProcessManager manager;
  private final Path folder;
  private final StatusFile statusFile;
  private final Console console;
  private Optional<IndexStatus> lastStatus = Optional.empty();

  IndexWaiter(ProcessManager manager, Path folder, Console console) {
    this.manager = manager;
    this.folder = folder;
    this.statusFile = IndexRoot.forCurrentUser().locationOf(folder).statusFile();
    this.console = console;
  }

  /**
   * Waits.
   *
   * @return whether everything was indexed in time
   * @throws DocSearchException when the worker has ended
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
          "the worker has ended: "
              + worker.flatMap(WorkerInfo::end).map(Object::toString).orElse("nobody saw how")
              + "; see "
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

  /** Returns what it came to. */
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
