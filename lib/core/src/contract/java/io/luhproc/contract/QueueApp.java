package io.luhproc.contract;

import io.luhproc.queue.WorkerQueue;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Runs the queue of a folder until it is empty: arguments folder, engine, limit and number of
 * workers to submit. Each worker appends its id to the file {@code ran}.
 */
public final class QueueApp {
  private QueueApp() {}

  /** Runs the queue. */
  public static void main(String[] arguments) throws InterruptedException {
    Path folder = Path.of(arguments.length == 0 ? "" : arguments[0]);
    ProcessManager manager =
        ProcessManager.builder()
            .app("queue")
            .task("INDEX", context -> append(Path.of(context.arguments().get(0)), context.id()))
            .root(folder.resolve("root"))
            .build();
    manager.check();
    StartOptions options =
        StartOptions.builder()
            .jvmOption("-XX:TieredStopAtLevel=1")
            .argument(folder.resolve("ran").toString())
            .build();
    int limit = Integer.parseInt(arguments[2]);
    try (WorkerQueue queue =
        WorkerQueue.builder(manager, folder.resolve("queue"))
            .place(arguments[1], limit)
            .onEnd(it -> System.out.println(it.id() + ": " + it.end()))
            .open()) {
      for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
        boolean ignored = queue.submit("INDEX", "id-" + i, options);
      }
      System.out.println("submitted");
      boolean ignored = queue.awaitEmpty(Duration.ofMinutes(2));
    }
  }

  private static void append(Path file, String id) throws IOException {
    Files.writeString(file, id + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
