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
  private final ProcessManager manager;

  @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "Default: all.")
  private @Nullable Path folder;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table or json (one object in a line); default table.")
  private Format format = Format.table;

  StatusCommand(ProcessManager manager) {
    this.manager = manager;
  }

  @Override
  int run(Console console) throws IOException {
    IndexRoot root = IndexRoot.forCurrentUser();
    List<IndexLocation> locations =
        folder == null
            ? root.locations()
            : root.findCovering(FolderPaths.resolveReal(folder)).stream().toList();
    StatusPrinter printer = new StatusPrinter(console.out());
    for (IndexLocation location : locations) {
      Optional<IndexStatus> status = location.statusFile().read();
      if (status.isPresent()) {
        boolean running = isRunning(status.get());
        switch (format) {
          case table -> printer.printText(status.get(), running);
          case json -> printer.printJson(status.get(), running);
        }
      }
    }
    if (locations.isEmpty()) {
      String subject =
          folder == null ? "nothing is" : FolderPaths.replaceControls(folder + " is not");
      throw new DocSearchException(
          subject + " indexed yet; do it with: " + ProgramName.withArguments("index", "FOLDER"));
    }
    return ExitCode.SUCCESS.code();
  }

  /** Tells whether the worker runs, or a process in the foreground does the same. */
  private boolean isRunning(IndexStatus status) {
    boolean active = status.phase() == Phase.INDEXING || status.phase() == Phase.WATCHING;
    Optional<WorkerInfo> worker = manager.info(DocSearch.TASK, status.folder().toString());
    return active
        && worker
            .map(found -> found.state().isAlive())
            .orElseGet(() -> ProcessHandle.of(status.pid()).isPresent());
  }
}
