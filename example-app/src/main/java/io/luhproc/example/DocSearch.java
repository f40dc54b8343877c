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
 * Full-text search over folders. {@code index} starts a worker in the background, which runs {@link
 * IndexerTask}; {@code search} and {@code status} read what it has written; the other commands come
 * with luhproc.
 */
public final class DocSearch {
  static final String TASK = "INDEXER";

  /** The commands of luhproc; with one of these, none of ours needs to be built. */
  private static final Set<String> WORKER_COMMANDS =
      Set.of("start", "stop", "restart", "info", "list", "ps", "logs", "run");

  private DocSearch() {}

  /** Runs one command, or the task when this process is a worker. */
  public static void main(String[] args) {
    ProcessManager manager =
        ProcessManager.builder().app("docsearch").task(TASK, IndexerTask::run).build();
    manager.check();
    System.exit(commandLine(manager, args.length == 0 ? "help" : args[0]).execute(args));
  }

  private static CommandLine commandLine(ProcessManager manager, String firstArgument) {
    CommandLine commandLine = new CommandLine(rootSpec());
    switch (firstArgument) {
      case "index" -> commandLine.addSubcommand(new IndexCommand(manager));
      case "search" -> commandLine.addSubcommand(new SearchCommand());
      case "status" -> commandLine.addSubcommand(new StatusCommand(manager));
      default -> {
        if (!WORKER_COMMANDS.contains(firstArgument)) {
          commandLine.addSubcommand(new IndexCommand(manager));
          commandLine.addSubcommand(new SearchCommand());
          commandLine.addSubcommand(new StatusCommand(manager));
        }
      }
    }
    commandLine.setOut(utf8Writer(FileDescriptor.out));
    commandLine.setErr(utf8Writer(FileDescriptor.err));
    WorkerCommands.addTo(commandLine, manager);
    return commandLine;
  }

  /**
   * In code and not by annotations: to read those takes a quarter of the time of a short command.
   */
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

  /** File names and texts are printed as they are, whatever the locale says. */
  private static PrintWriter utf8Writer(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
  }
}
