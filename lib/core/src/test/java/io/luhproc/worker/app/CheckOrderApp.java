package io.luhproc.worker.app;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.TaskContext;
import java.time.Duration;

/** An app that calls {@code check()} too late, not at all, or on several managers. */
public final class CheckOrderApp {
  /** The task that a test starts. */
  public static final String JOB = "ORDER_JOB";

  /** Another task of the same manager. */
  public static final String OTHER = "ORDER_OTHER";

  /** A task of another manager, a library's. */
  public static final String LIBRARY = "ORDER_LIBRARY";

  /** The variable for the {@link Order}. */
  public static final String ORDER = "CHECK_ORDER";

  private CheckOrderApp() {}

  /** What the app does in its main method. */
  public enum Order {
    /** Starts the task without a check. */
    START_WITHOUT_CHECK,
    /** Checks a manager that has only the other task. */
    TASK_NOT_REGISTERED,
    /** Checks a manager without tasks. */
    NO_TASK_REGISTERED,
    /** Ends without a check. */
    NO_CHECK,
    /** Checks the manager of the library, then that of the app. */
    SECOND_MANAGER_RUNS_TASK,
    /** Starts a worker of the library before the check of the app. */
    LIBRARY_STARTS_FIRST
  }

  /** Runs the app. */
  public static void main(String[] args) {
    ProcessManager library = manager(LIBRARY);
    Order order = Order.valueOf(System.getenv(ORDER));
    switch (order) {
      case START_WITHOUT_CHECK ->
          // A new id each time: an app that forgets check() would launch without end.
          manager(JOB, OTHER).start(JOB, "copy-" + ProcessHandle.current().pid());
      case TASK_NOT_REGISTERED -> manager(OTHER).check();
      case NO_TASK_REGISTERED -> manager().check();
      case NO_CHECK -> System.exit(2);
      case SECOND_MANAGER_RUNS_TASK -> {
        library.check();
        manager(JOB, OTHER).check();
      }
      case LIBRARY_STARTS_FIRST -> {
        library.check();
        library.start(LIBRARY, "main");
        manager(JOB, OTHER).check();
      }
    }
    System.out.println("main continues");
  }

  /** Returns a manager with some tasks that wait for a stop. */
  public static ProcessManager manager(String... tasks) {
    ProcessManager.Builder builder =
        ProcessManager.builder().mainClass(CheckOrderApp.class.getName());
    for (String task : tasks) {
      builder.task(task, CheckOrderApp::work);
    }
    return builder.build();
  }

  private static void work(TaskContext context) throws InterruptedException {
    System.out.println("working on " + context.task());
    context.ready();
    context.awaitStop(Duration.ofMinutes(5));
  }
}
