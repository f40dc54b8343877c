package io.luhproc.worker.app;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.TaskContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Starts workers that wait. Its arguments are the root and the ids of the workers. */
public final class ArchiveApp {
  /** The task. */
  public static final String TASK = "ARCHIVED";

  /** The variable with which the app turns archives off. */
  public static final String OFF = "ARCHIVES_OFF";

  private ArchiveApp() {}

  /** Starts the workers, and waits until they are ready. */
  public static void main(String[] args) {
    ProcessManager checked = manager(Path.of("/")).build();
    checked.check();
    ProcessManager manager = manager(Path.of(args[0])).build();
    StartOptions options = StartOptions.builder().awaitReady(Duration.ofSeconds(60)).build();
    for (String id : List.of(args).subList(1, args.length)) {
      System.out.println("started " + manager.start(TASK, id, options).pid().orElseThrow());
    }
  }

  /** Returns a builder of a manager of this app. */
  public static ProcessManager.Builder manager(Path root) {
    return ProcessManager.builder()
        .app("archive")
        .root(root)
        .task(TASK, ArchiveApp::run)
        .classArchive(System.getenv(OFF) == null);
  }

  private static void run(TaskContext context) throws InterruptedException {
    context.ready();
    boolean ignored = context.awaitStop(Duration.ofDays(1));
  }
}
