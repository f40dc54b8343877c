package io.luhproc.recipes;

// recipe: commands
import io.luhproc.cli.WorkerCommands;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.TaskContext;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(
    name = "app",
    description = "An app with workers.",
    version = "app 1.0",
    mixinStandardHelpOptions = true) // --help and --version
public final class CommandApp {
  public static void main(String[] args) {
    ProcessManager pm = ProcessManager.builder().task("INDEXER", CommandApp::index).build();
    pm.check(); // in a worker: runs its task and exits; elsewhere: returns
    CommandLine commandLine = new CommandLine(new CommandApp());
    WorkerCommands.addTo(commandLine, pm);
    System.exit(commandLine.execute(args));
  }

  private static void index(TaskContext context) throws InterruptedException {
    context.ready();
    while (!context.awaitStop(Duration.ofSeconds(1))) {
      System.out.println("nothing new"); // the work
    }
  }
}
// end
