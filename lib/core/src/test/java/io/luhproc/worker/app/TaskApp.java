package io.luhproc.worker.app;

import io.luhproc.LuhprocException;
import io.luhproc.process.Signal;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StopOptions;
import io.luhproc.worker.WorkerInfo;
import io.luhproc.worker.WorkerState;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** An app with {@link SampleTasks}; its root is {@code LUHPROC_TMP_DIR}. */
public final class TaskApp {
  /** The variable for the grace period in milliseconds; default 10 s. */
  public static final String GRACE = "TASK_APP_GRACE_MS";

  /** The variable for the name of the app; default none. */
  public static final String NAME = "TASK_APP_NAME";

  private TaskApp() {}

  /** Runs a task, or a command of the app. */
  public static void main(String[] args) throws Exception {
    ProcessManager manager = manager();
    manager.check();
    System.out.println("main " + Arrays.toString(args));
    switch (args.length == 0 ? "" : args[0]) {
      case "list" -> manager.list().forEach(TaskApp::print);
      case "start" -> startAndStay(manager, args[1], args[2]);
      case "restart" -> manager.restart(args[1], args[2]);
      case "stop" -> stop(manager, args[1], args[2]);
      case "stop-ready" -> stopOnceRunning(manager, args[1], args[2]);
      case "run" -> System.exit(manager.run(args[1], args[2], argumentsFrom3(args)));
      case "run-and-stay" -> runAndStay(manager, args[1]);
      default -> {
        // Only prints the arguments.
      }
    }
  }

  private static ProcessManager manager() {
    ProcessManager.Builder builder = ProcessManager.builder().task("FIRST", SampleTasks::echo);
    Optional.ofNullable(System.getenv(GRACE))
        .ifPresent(millis -> builder.grace(Duration.ofMillis(Long.parseLong(millis))));
    Optional.ofNullable(System.getenv(NAME)).ifPresent(builder::app);
    SampleTasks.registerAll(builder);
    return builder.build();
  }

  private static List<String> argumentsFrom3(String[] args) {
    return List.of(args).subList(3, args.length);
  }

  private static void print(WorkerInfo worker) {
    System.out.println("listed " + worker.task() + " " + worker.id() + " " + worker.state());
  }

  /** Starts a worker and never returns. */
  private static void startAndStay(ProcessManager manager, String task, String id)
      throws InterruptedException {
    System.out.println("started " + manager.start(task, id).launched());
    new CountDownLatch(1).await();
  }

  private static void stopOnceRunning(ProcessManager manager, String task, String id) {
    while (manager.info(task, id).filter(it -> it.state() == WorkerState.RUNNING).isEmpty()) {
      Thread.onSpinWait();
    }
    stop(manager, task, id);
  }

  private static void stop(ProcessManager manager, String task, String id) {
    try {
      StopOptions options = StopOptions.builder().signal(Signal.TERM).build();
      System.out.println("outcome " + manager.stop(task, id, options).outcome());
    } catch (LuhprocException e) {
      System.out.println("refused " + e.getMessage());
    }
  }

  /** Runs a task in the foreground, then waits until stdin is closed. */
  private static void runAndStay(ProcessManager manager, String task) throws IOException {
    System.out.println("returned " + manager.run(task, "stays", List.of()));
    while (System.in.read() >= 0) {
      // Ignores the input.
    }
    System.exit(5);
  }
}
