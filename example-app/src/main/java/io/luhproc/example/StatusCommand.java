package io.luhproc.example;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code status}: how far the indexers are. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Show what is indexed, and how far the indexers are.",
    footer = {"", "Exit code 3 when the folder, or nothing at all, is indexed."})
final class StatusCommand extends AppCommand {
  private final ProcessManager workers;

  @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "Default: all.")
  private @Nullable Path folder;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table or json (one object in a line); default table.")
  private Format format = Format.table;

  StatusCommand(ProcessManager workers) {
    this.workers = workers;
  }

  @Override
  int run(Console console) throws IOException {
    IndexHome home = IndexHome.ofThisUser();
    List<IndexPlace> places =
        folder == null
            ? home.places()
            : home.covering(Folders.realIfThere(folder)).stream().toList();
    StatusPrinter printer = new StatusPrinter(console.out());
    for (IndexPlace place : places) {
      Optional<IndexStatus> status = place.statusFile().read();
      if (status.isPresent()) {
        boolean runs = runs(status.get());
        switch (format) {
          case table -> printer.table(status.get(), runs);
          case json -> printer.json(status.get(), runs);
        }
      }
    }
    if (places.isEmpty()) {
      String what = folder == null ? "nothing is" : Folders.visible(folder + " is not");
      throw new DocSearchException(
          what + " indexed yet; do it with: " + Invocation.with("index", "FOLDER"));
    }
    return ExitCode.DONE.code();
  }

  /** Tells whether the worker runs, or a process in the foreground does the same. */
  private boolean runs(IndexStatus status) {
    boolean working = status.phase() == Phase.INDEXING || status.phase() == Phase.WATCHING;
    Optional<WorkerInfo> worker = workers.info(DocSearch.TASK, status.folder().toString());
    return working
        && worker
            .map(found -> found.state().isAlive())
            .orElseGet(() -> ProcessHandle.of(status.pid()).isPresent());
  }
}
