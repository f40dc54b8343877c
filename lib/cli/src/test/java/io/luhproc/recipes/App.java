package io.luhproc.recipes;

import io.luhproc.cli.WorkerCommands;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.TaskContext;
import io.luhproc.worker.WorkerInfo;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The app of the README: its first recipe is its main method. */
public final class RecipeApp {
  private RecipeApp() {}

  // recipe: app
  public static void main(String[] args) throws Exception {
    ProcessManager pm =
        ProcessManager.builder()
            .task("INDEXER", RecipeApp::index)
            .task("HEARTBEAT", context -> System.out.println("alive"))
            .build();
    pm.check(); // in a worker this runs its task and exits; everywhere else it returns

    WorkerInfo worker = pm.start("INDEXER", "main");
    System.out.println(worker);
  }

  // end

  // recipe: task
  static void index(TaskContext context) throws Exception {
    List<String> arguments = context.arguments();
    context.onStop(() -> System.out.println("asked to stop"));
    System.out.println("indexing for " + context.id() + " " + arguments);
    context.ready(); // whoever started this with awaitReady goes on now
    while (!context.awaitStop(Duration.ofSeconds(1))) {
      System.out.println("nothing new"); // the work
    }
    System.out.println("done"); // returning ends the process with exit code 0
  }

  // end

  /** An app with a command line. */
  static final class WithCommands {
    private WithCommands() {}

    // recipe: commands
    @Command(name = "app", description = "An app with workers.")
    static class App {}

    public static void main(String[] args) {
      ProcessManager pm = ProcessManager.builder().task("INDEXER", RecipeApp::index).build();
      pm.check();
      CommandLine commands = new CommandLine(new App());
      WorkerCommands.addTo(commands, pm); // start, stop, restart, info, list, logs, run
      System.exit(commands.execute(args));
    }

    // end
  }
}
