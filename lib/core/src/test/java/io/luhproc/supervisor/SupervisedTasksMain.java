package io.luhproc.supervisor;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.TaskContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** An app whose tasks are run under a supervisor. */
final class SupervisedTasksMain {
  private SupervisedTasksMain() {}

  static ProcessManager.Builder tasks() {
    return ProcessManager.builder()
        .mainClass(SupervisedTasksMain.class.getName())
        .task("ECHO", SupervisedTasksMain::echo)
        .task("THROWS", SupervisedTasksMain::fail)
        .task("LATE_READY", SupervisedTasksMain::becomeReadyOnceFileExists)
        .task("BEATS", SupervisedTasksMain::sendHeartbeats)
        .task("BEATS_ONCE", SupervisedTasksMain::sendOneHeartbeat);
  }

  public static void main(String[] args) {
    tasks().build().check();
    System.out.println("not a task");
  }

  private static void echo(TaskContext context) {
    System.out.println("id " + context.id());
    System.out.println("arguments " + context.arguments());
    System.out.println("directory " + context.directory().map(Path::toString).orElse("none"));
  }

  private static void fail(TaskContext context) {
    throw new IllegalStateException("on purpose");
  }

  private static void becomeReadyOnceFileExists(TaskContext context) throws InterruptedException {
    System.out.println("begin");
    Path file = Path.of(context.arguments().get(0));
    while (!Files.exists(file)) {
      if (context.awaitStop(Duration.ofMillis(50))) {
        return;
      }
    }
    context.ready();
    context.awaitStop(Duration.ofMinutes(5));
  }

  private static void sendHeartbeats(TaskContext context) throws InterruptedException {
    do {
      context.heartbeat();
    } while (!context.awaitStop(Duration.ofMillis(200)));
    System.out.println("asked to stop");
  }

  private static void sendOneHeartbeat(TaskContext context) throws InterruptedException {
    context.heartbeat();
    context.awaitStop(Duration.ofMinutes(5));
  }
}
