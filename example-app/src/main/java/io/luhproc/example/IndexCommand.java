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
  private static final int LARGEST_MAX_SIZE = 16;

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final ProcessManager workers;

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

  IndexCommand(ProcessManager workers) {
    this.workers = workers;
  }

  @Override
  int run(Console console) throws IOException, InterruptedException {
    Path real = Folders.real(folder);
    WorkerInfo worker = workers.start(DocSearch.TASK, real.toString(), options());
    announce(console, real, worker);
    return wait ? await(console, real) : ExitCode.DONE.code();
  }

  private StartOptions options() {
    if (maxSize < 1 || maxSize > LARGEST_MAX_SIZE) {
      throw new IllegalArgumentException(
          "--max-size (" + maxSize + ") must be 1 to " + LARGEST_MAX_SIZE);
    }
    StartOptions.Builder options =
        StartOptions.builder()
            .argument(Indexer.MAX_SIZE + maxSize)
            .jvmOption("-Xmx512m")
            .jvmOption("-XX:+UseSerialGC");
    // In the POSIX locale a JVM cannot read names that are not ASCII.
    return Folders.knowsAllNames() ? options.build() : options.env("LC_ALL", "C.UTF-8").build();
  }

  private static void announce(Console console, Path folder, WorkerInfo worker) {
    String pid = worker.identity().map(who -> " (pid " + who.pid() + ")").orElse("");
    String id = folder.toString();
    String name = Folders.visible(id);
    PrintWriter out = console.out();
    out.println(
        worker.launched()
            ? "indexing " + name + " in the background" + pid
            : name + " is being indexed already" + pid);
    out.println("  how far:  " + Invocation.with("status", id));
    out.println("  log:      " + Invocation.with("logs", "-f", DocSearch.TASK, id));
    out.println("  stop:     " + Invocation.with("stop", DocSearch.TASK, id));
    out.flush();
  }

  private int await(Console console, Path folder) throws InterruptedException {
    IndexWait waiting = new IndexWait(workers, folder, console);
    if (!waiting.await(PATIENCE)) {
      console.message("not everything is indexed yet; the worker goes on");
      return ExitCode.START_FAILED.code();
    }
    console.print(waiting.summary());
    return ExitCode.DONE.code();
  }
}
