package io.luhproc.bench;

import io.luhproc.worker.ProcessManager;
import java.nio.file.Path;

/**
 * A program that stops workers. Its arguments are their root and an id; without id it stops all.
 */
final class StopMain {
  private StopMain() {}

  /** Stops the workers. */
  public static void main(String[] args) {
    ProcessManager manager = ProcessLibrary.createManager(ChildPool.COMMAND, Path.of(args[0]));
    if (args.length > 1) {
      var ignored = manager.stop(ProcessLibrary.TASK, args[1]);
    } else {
      var ignored = manager.stopAll(ProcessLibrary.TASK);
    }
  }
}
