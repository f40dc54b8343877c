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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Command {@code index [FOLDER...]}: starts a worker for each folder, which indexes it. */
@Command(
    name = "index",
    mixinStandardHelpOptions = true,
    description = "Index folders in the background and keep the index up to date.",
    footer = {
      "",
      "Hidden directories, target and node_modules are skipped. Symbolic links are not followed."
          + " Of binary files and files over the size limit, only the names are indexed."
    })
final class IndexCommand extends AppCommand {
  /** Limited because several copies of a file are in memory at the same time. */
  private static final int MAX_SIZE_LIMIT = 16;

  private static final Duration WAIT_TIMEOUT = Duration.ofMinutes(10);

  private final ProcessManager manager;
  private final IndexRoot root;

  @Parameters(
      arity = "0..*",
      paramLabel = "FOLDER",
      description = "Folders to index, each by a worker of its own; default: the current one.")
  private List<Path> folders = new ArrayList<>();

  @Option(
      names = "--engine",
      paramLabel = "ADDRESS",
      description =
          "Engine that runs the workers: local:, k8s:NAMESPACE or slurm:PARTITION. The folders and"
              + " the index must be on a file system that it shares; default: $LUHPROC_ENGINE, else"
              + " local:.")
  private Optional<String> engine = Optional.empty();

  @Option(names = "--wait", description = "Wait until all files are indexed, at most 10 minutes.")
  private boolean wait;

  @Option(
      names = "--max-size",
      paramLabel = "MIB",
      defaultValue = "4",
      description = "Size limit of a file in MiB, from 1 to 16; default 4.")
  private int maxSize;

  IndexCommand(ProcessManager manager, IndexRoot root) {
    this.manager = manager;
    this.root = root;
  }

  @Override
  int run(Console console) throws IOException, InterruptedException {
    if (wait && engine.isPresent()) {
      throw new IllegalArgumentException(
          "--wait must not be given with --engine: wait for the workers with the command wait");
    }
    ProcessManager workers = engine.map(manager::onEngine).orElse(manager);
    List<Path> real = new ArrayList<>();
    for (Path folder : folders.isEmpty() ? List.of(Path.of(".")) : folders) {
      real.add(FolderPaths.requireFolder(folder));
    }
    for (Path folder : real) {
      WorkerInfo worker = workers.start(DocSearch.TASK, folder.toString(), startOptions());
      printStarted(console, folder, worker);
    }
    int code = ExitCode.SUCCESS.code();
    for (Path folder : wait ? real : List.<Path>of()) {
      int next = awaitIndexed(console, folder);
      code = code == ExitCode.SUCCESS.code() ? next : code;
    }
    return code;
  }

  private StartOptions startOptions() {
    if (maxSize < 1 || maxSize > MAX_SIZE_LIMIT) {
      throw new IllegalArgumentException(
          "--max-size (" + maxSize + ") must be from 1 to " + MAX_SIZE_LIMIT);
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
    String pid =
        worker
            .identity()
            .map(identity -> " (pid " + identity.pid() + ")")
            .or(() -> worker.engine().map(run -> " on " + run.address()))
            .orElse("");
    String id = folder.toString();
    String name = FolderPaths.replaceControls(id);
    PrintWriter out = console.out();
    out.println(
        worker.launched()
            ? "indexing " + name + " in the background" + pid
            : "already indexing " + name + pid);
    out.println("  status:   " + ProgramName.withArguments("status", id));
    out.println("  log:      " + ProgramName.withArguments("logs", "-f", DocSearch.TASK, id));
    out.println("  stop:     " + ProgramName.withArguments("stop", DocSearch.TASK, id));
    out.flush();
  }

  private int awaitIndexed(Console console, Path folder) throws InterruptedException {
    IndexWaiter waiter = new IndexWaiter(manager, root.locationOf(folder), console);
    if (!waiter.awaitIndexed(WAIT_TIMEOUT)) {
      console.printMessage("some files are not indexed yet; the worker continues");
      return ExitCode.START_FAILED.code();
    }
    console.print(waiter.summary());
    return ExitCode.SUCCESS.code();
  }
}
