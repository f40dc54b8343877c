package io.luhproc.example;

import io.luhproc.cli.WorkerCommands;
import io.luhproc.worker.ProcessManager;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Main class of a full-text search over folders.
 *
 * <p>{@code index} starts a background worker, which runs {@link IndexerTask}. {@code search} and
 * {@code status} read the files that the worker writes. The other commands are those of luhproc.
 */
public final class DocSearch {
  static final String APP = "docsearch";
  static final String TASK = "INDEXER";

  /** Commands of luhproc. If one of them is called, the commands of this app are not created. */
  private static final Set<String> WORKER_COMMANDS =
      Set.of(
          "start", "stop", "restart", "kill", "wait", "rm", "prune", "info", "list", "ps", "logs",
          "run");

  private DocSearch() {}

  /** Runs one command, or the task if this process is a worker. */
  public static void main(String[] args) {
    ProcessManager manager = ProcessManager.builder().app(APP).task(TASK, IndexerTask::run).build();
    manager.check();
    CommandLine commandLine =
        commandLine(manager, IndexRoot.forCurrentUser(), args.length == 0 ? "help" : args[0]);
    commandLine.setOut(utf8Writer(FileDescriptor.out));
    commandLine.setErr(utf8Writer(FileDescriptor.err));
    System.exit(commandLine.execute(args));
  }

  /** Returns the command line with the commands that {@code firstArgument} may need. */
  static CommandLine commandLine(ProcessManager manager, IndexRoot root, String firstArgument) {
    CommandLine commandLine = new CommandLine(rootSpec());
    switch (firstArgument) {
      case "index" -> commandLine.addSubcommand(new IndexCommand(manager, root));
      case "search" -> commandLine.addSubcommand(new SearchCommand(root));
      case "status" -> commandLine.addSubcommand(new StatusCommand(manager, root));
      default -> {
        if (!WORKER_COMMANDS.contains(firstArgument)) {
          commandLine.addSubcommand(new IndexCommand(manager, root));
          commandLine.addSubcommand(new SearchCommand(root));
          commandLine.addSubcommand(new StatusCommand(manager, root));
        }
      }
    }
    WorkerCommands.addTo(commandLine, manager);
    return commandLine;
  }

  /** Built in code: reading annotations takes a quarter of the time of a short command. */
  private static CommandSpec rootSpec() {
    CommandSpec spec = CommandSpec.create().name("docsearch").version("docsearch 0.1.0");
    spec.usageMessage().description("Full-text search over folders, indexed in the background.");
    return spec.addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help message and exit.")
                .build())
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Print version information and exit.")
                .build());
  }

  /** Prints file names and texts in UTF-8 in every locale. */
  private static PrintWriter utf8Writer(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
  }
}
