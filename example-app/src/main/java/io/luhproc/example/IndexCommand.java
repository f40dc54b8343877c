package io.luhproc.example;

import io.luhproc.cli.ExitCode;
import io.luhproc.time.Deadline;
import io.luhproc.time.HumanText;
import io.luhproc.time.TimeSource;
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
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final ProcessManager workers;

  @Parameters(paramLabel = "FOLDER", defaultValue = ".", description = "Default: this one.")
  private Path folder = Path.of("");

  @Option(names = "--wait", description = "Wait until everything is indexed, at most 10 minutes.")
  private boolean wait;

  @Option(
      names = "--max-size",
      paramLabel = "SIZE",
      defaultValue = "4MiB",
      description = "The largest file that is read; default 4MiB.")
  private String maxSize = "";

  IndexCommand(ProcessManager workers) {
    this.workers = workers;
  }

  @Override
  int run(Terminal terminal) throws IOException, InterruptedException {
    Path real = Folders.real(folder);
    WorkerInfo worker = workers.start(DocSearch.TASK, real.toString(), options());
    announce(terminal, real, worker);
    return wait ? await(terminal, real) : ExitCode.DONE.code();
  }

  private StartOptions options() {
    long most = HumanText.size(maxSize);
    if (most < 1 || most > Indexer.LARGEST_MOST_BYTES) {
      throw new IllegalArgumentException("--max-size (" + maxSize + ") must be 1 to 16MiB");
    }
    StartOptions.Builder options =
        StartOptions.builder()
            .argument(Indexer.MAX_SIZE + most)
            .jvmOption("-Xmx512m")
            .jvmOption("-XX:+UseSerialGC");
    // In the POSIX locale a JVM cannot read names that are not ASCII.
    return Folders.knowsAllNames() ? options.build() : options.env("LC_ALL", "C.UTF-8").build();
  }

  private static void announce(Terminal terminal, Path folder, WorkerInfo worker) {
    String pid = worker.identity().map(who -> " (pid " + who.pid() + ")").orElse("");
    String id = folder.toString();
    String name = Folders.visible(id);
    PrintWriter out = terminal.out();
    out.println(
        worker.launched()
            ? "indexing " + name + " in the background" + pid
            : name + " is being indexed already" + pid);
    out.println("  how far:  " + Invocation.with("status", id));
    out.println("  log:      " + Invocation.with("logs", "-f", DocSearch.TASK, id));
    out.println("  stop:     " + Invocation.with("stop", DocSearch.TASK, id));
    out.flush();
  }

  private int await(Terminal terminal, Path folder) throws InterruptedException {
    IndexWait waiting = new IndexWait(workers, folder, terminal.err());
    boolean done = Deadline.after(TimeSource.system(), PATIENCE).await(waiting::isOver);
    if (!done) {
      terminal.err().println("not everything is indexed yet; the worker goes on");
      return ExitCode.START_FAILED.code();
    }
    terminal.out().println(waiting.summary());
    return ExitCode.DONE.code();
  }
}
