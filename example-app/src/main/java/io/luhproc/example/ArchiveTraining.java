package io.luhproc.example;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StopResult;
import io.luhproc.worker.TaskContext;
import io.luhproc.worker.WorkerInfo;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Duration;
import picocli.CommandLine;

/**
 * Loads the classes of the commands that show workers, for the launcher script, which lets the JVM
 * record them in an archive. Prints nothing.
 */
final class ArchiveTraining {
  private static final String TASK = "TRAINING";
  private static final String ID = "training";
  private static final String[][] COMMANDS = {{"list"}, {"info", TASK, ID}};

  private ArchiveTraining() {}

  /** Runs the commands. {@code LUHPROC_TMP_DIR} must name a folder for this run only. */
  public static void main(String[] args) {
    ProcessManager manager =
        ProcessManager.builder()
            .app(DocSearch.APP)
            .classArchive(false)
            .task(TASK, ArchiveTraining::runWorker)
            .build();
    manager.check();
    WorkerInfo worker = manager.start(TASK, ID);
    for (String[] command : COMMANDS) {
      run(manager, command);
    }
    StopResult ignored = manager.stop(worker.task(), worker.id());
  }

  private static void run(ProcessManager manager, String... command) {
    CommandLine commandLine =
        DocSearch.commandLine(manager, IndexRoot.forCurrentUser(), command[0]);
    commandLine.setOut(new PrintWriter(Writer.nullWriter()));
    commandLine.setErr(new PrintWriter(Writer.nullWriter()));
    int ignored = commandLine.execute(command);
  }

  /** Ends by itself if this JVM is killed. */
  private static void runWorker(TaskContext context) throws InterruptedException {
    boolean ignored = context.awaitStop(Duration.ofMinutes(1));
  }
}
