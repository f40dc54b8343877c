package io.luhproc.recipes;

// recipe: app
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.TaskContext;
import io.luhproc.worker.WorkerInfo;
import java.time.Duration;

public final class App {
  public static void main(String[] args) {
    ProcessManager pm =
        ProcessManager.builder()
            .task("INDEXER", App::index)
            .task("HEARTBEAT", context -> System.out.println("alive"))
            .build();
    pm.check(); // in a worker: runs its task and exits; elsewhere: returns

    WorkerInfo worker = pm.start("INDEXER", "main"); // does nothing if it already runs
    System.out.println(worker);
  }

  static void index(TaskContext context) throws InterruptedException {
    context.onStop(() -> System.out.println("stop requested"));
    System.out.println("indexing for " + context.id() + " " + context.arguments());
    context.ready(); // unblocks a caller waiting with awaitReady
    while (!context.awaitStop(Duration.ofSeconds(1))) {
      System.out.println("nothing new"); // the work
    }
    System.out.println("done"); // returning ends the process with exit code 0
  }
}
// end
