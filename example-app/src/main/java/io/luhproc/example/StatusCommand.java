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

/** Command {@code status}: shows the progress of the indexers. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Show the indexed folders and the progress of their indexers.",
    footer = {"", "Exit code 3: the folder is not indexed, or none is."})
final class StatusCommand extends AppCommand {
  private final ProcessManager manager;
  private final IndexRoot root;

  @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "Folder to show; default: all.")
  private @Nullable Path folder;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table or json (one object per line); default table.")
  private Format format = Format.table;

  StatusCommand(ProcessManager manager, IndexRoot root) {
    this.manager = manager;
    this.root = root;
  }

  @Override
  int run(Console console) throws IOException {
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
      throw DocSearchException.notIndexed(folder);
    }
    return ExitCode.SUCCESS.code();
  }

  /** Returns whether a worker or a process in the foreground indexes the folder. */
  private boolean isRunning(IndexStatus status) {
    boolean active = status.phase() == Phase.INDEXING || status.phase() == Phase.WATCHING;
    Optional<WorkerInfo> worker = manager.info(DocSearch.TASK, status.folder().toString());
    return active
        && worker
            .map(found -> found.state().isAlive())
            .orElseGet(() -> ProcessHandle.of(status.pid()).isPresent());
  }
}
