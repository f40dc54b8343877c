package io.luhproc.example;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.WorkerInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code index FOLDER}: starts the worker that indexes a folder and keeps its index up to date. */
@Command(
    name = "index",
    mixinStandardHelpOptions = true,
    description = "Index a folder in the background, and keep the index up to date.",
    footer = {
      "",
      "Hidden directories, target and node_modules are left out, symbolic links are not",
      "followed; files that are no text or too large are found by their names only."
    })
final class IndexCommand extends AppCommand {
  /** Several copies of a file are in memory at once. */
  private static final int MAX_SIZE_LIMIT = 16;

  private static final Duration WAIT_TIMEOUT = Duration.ofMinutes(10);

  private final ProcessManager manager;

  @Parameters(paramLabel = "FOLDER", defaultValue = ".", description = "Default: this one.")
  private Path folder = Path.of("");

  @Option(names = "--wait", description = "Wait until everything is indexed, at most 10 minutes.")
  private boolean wait;

  @Option(
      names = "--max-size",
      paramLabel = "MIB",
      defaultValue = "4",
      description = "The largest file that is read, in MiB; default 4, at most 16.")
  private int maxSize;

  IndexCommand(ProcessManager manager) {
    this.manager = manager;
  }

  @Override
  int run(Console console) throws IOException, InterruptedException {
    Path real = FolderPaths.requireFolder(folder);
    WorkerInfo worker = manager.start(DocSearch.TASK, real.toString(), startOptions());
    printStarted(console, real, worker);
    return wait ? awaitIndexed(console, real) : ExitCode.SUCCESS.code();
  }

  private StartOptions startOptions() {
    if (maxSize < 1 || maxSize > MAX_SIZE_LIMIT) {
      throw new IllegalArgumentException(
          "--max-size (" + maxSize + ") must be 1 to " + MAX_SIZE_LIMIT);
    }
    StartOptions.Builder options =
        StartOptions.builder()
            .argument(IndexerTask.MAX_SIZE + maxSize)
            .jvmOption("-Xmx512m")
            .jvmOption("-XX:+UseSerialGC");
    // In the POSIX locale a JVM cannot read names that are not ASCII.
    return FolderPaths.supportsUnicodeNames()
        ? options.build()
        : options.env("LC_ALL", "C.UTF-8").build();
  }

  private static void printStarted(Console console, Path folder, WorkerInfo worker) {
    String pid = worker.identity().map(identity -> " (pid " + identity.pid() + ")").orElse("");
    String id = folder.toString();
    String name = FolderPaths.replaceControls(id);
    PrintWriter out = console.out();
    out.println(
        worker.launched()
            ? "indexing " + name + " in the background" + pid
            : name + " is being indexed already" + pid);
    out.println("  how far:  " + ProgramName.withArguments("status", id));
    out.println("  log:      " + ProgramName.withArguments("logs", "-f", DocSearch.TASK, id));
    out.println("  stop:     " + ProgramName.withArguments("stop", DocSearch.TASK, id));
    out.flush();
  }

  private int awaitIndexed(Console console, Path folder) throws InterruptedException {
    IndexWaiter waiter = new IndexWaiter(manager, folder, console);
    if (!waiter.awaitIndexed(WAIT_TIMEOUT)) {
      console.printMessage("not everything is indexed yet; the worker goes on");
      return ExitCode.START_FAILED.code();
    }
    console.print(waiter.summary());
    return ExitCode.SUCCESS.code();
  }
}
