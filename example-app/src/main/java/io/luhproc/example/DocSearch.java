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
 * Indexer}; {@code search} and {@code status} read what it has written; the other commands come
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
    ProcessManager workers =
        ProcessManager.builder().app("docsearch").task(TASK, Indexer::run).build();
    workers.check();
    System.exit(commands(workers, args.length == 0 ? "help" : args[0]).execute(args));
  }

  private static CommandLine commands(ProcessManager workers, String first) {
    CommandLine commands = new CommandLine(top());
    switch (first) {
      case "index" -> commands.addSubcommand(new IndexCommand(workers));
      case "search" -> commands.addSubcommand(new SearchCommand());
      case "status" -> commands.addSubcommand(new StatusCommand(workers));
      default -> {
        if (!WORKER_COMMANDS.contains(first)) {
          commands.addSubcommand(new IndexCommand(workers));
          commands.addSubcommand(new SearchCommand());
          commands.addSubcommand(new StatusCommand(workers));
        }
      }
    }
    commands.setOut(utf8(FileDescriptor.out));
    commands.setErr(utf8(FileDescriptor.err));
    WorkerCommands.addTo(commands, workers);
    return commands;
  }

  /**
   * In code and not by annotations: to read those takes a quarter of the time of a short command.
   */
  private static CommandSpec top() {
    CommandSpec top = CommandSpec.create().name("docsearch").version("docsearch 0.1.0");
    top.usageMessage().description("Full-text search over folders, indexed in the background.");
    return top.addOption(
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
  private static PrintWriter utf8(FileDescriptor where) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(where), StandardCharsets.UTF_8), true);
  }
}
