package io.luhproc.cli.service;

import io.luhproc.cli.UsageErrorHandler;
import io.luhproc.cli.WorkerCommands;
import io.luhproc.engine.WorkerEngines;
import io.luhproc.worker.ProcessManager;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The program: the daemon if it was relaunched as one, else a command. */
public final class Luhproc {
  static final String NAME = "luhproc";

  // Set in every worker of this library, see ProcessManager.check.
  private static final String WORKER_VARIABLE = "LUHPROC_TASKS";

  private Luhproc() {}

  /** Runs the program and exits with the code of the command. */
  public static void main(String[] args) {
    Map<String, String> environment = System.getenv();
    boolean mayBeDaemon =
        environment.containsKey(DaemonTask.NAME) || environment.containsKey(WORKER_VARIABLE);
    configureLog(mayBeDaemon ? "info" : "warn");
    if (mayBeDaemon) {
      // Not in every command: loading the manager takes longer than most of them.
      manager(new DaemonTask(List.of())).check();
    } else {
      skipSearchForSelectorProvider();
    }
    System.exit(execute(args));
  }

  /**
   * Names the provider that the JDK takes on Linux if the jar has none, see {@link
   * java.nio.channels.spi.SelectorProvider#provider()}: the search takes a command 10 ms.
   */
  private static void skipSearchForSelectorProvider() {
    try {
      // Not in other JDKs, which search.
      Class<?> provider = Class.forName("sun.nio.ch.EPollSelectorProvider", false, null);
      String property = "java.nio.channels.spi.SelectorProvider";
      if (System.getProperty(property) == null) {
        System.setProperty(property, provider.getName());
      }
    } catch (ClassNotFoundException expected) {
      // As if this method were not called.
    }
  }

  /** Runs a command and returns its exit code. */
  static int execute(String... args) {
    OptionalInt code = FrequentCommands.execute(args);
    return code.isPresent() ? code.getAsInt() : commandLine(args).execute(args);
  }

  /** Sets the defaults of slf4j-simple, which system properties override. */
  static void configureLog(String level) {
    setDefault("defaultLogLevel", level);
    setDefault("showDateTime", "true");
    setDefault("dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
    setDefault("showThreadName", "false");
    setDefault("showShortLogName", "true");
    setDefault("log.org.eclipse.jetty", "warn");
  }

  private static void setDefault(String name, String value) {
    String property = "org.slf4j.simpleLogger." + name;
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** Returns the manager of the daemons of this user, which run on this machine. */
  static ProcessManager manager(DaemonTask task) {
    return ProcessManager.builder()
        .app(NAME)
        .engine(WorkerEngines.LOCAL)
        // Making one pauses the daemon for half a second.
        .classArchive(false)
        .task(DaemonTask.NAME, task)
        .grace(DaemonTask.GRACE)
        .build();
  }

  /** Returns the command line with the command that is asked for; with all if none is. */
  static CommandLine commandLine(String... args) {
    CommandSpec spec = CommandSpec.create().name(NAME);
    spec.usageMessage().description("Keep services running.").sortOptions(false);
    spec.addOption(ProgramCommand.helpOption());
    spec.addOption(
        OptionSpec.builder("-V", "--version")
            .versionHelp(true)
            .description("Print the version and exit.")
            .build());
    spec.addOption(ProgramCommand.fileOption("-f", ProgramCommand.FILE));
    spec.version(NAME + " " + VersionCommand.version());
    CommandLine root = new CommandLine(spec);
    String requested = requested(args);
    if (Commands.NAMES.contains(requested)) {
      add(root, requested);
    } else {
      addAll(root);
    }
    UsageErrorHandler.installFor(root);
    return root;
  }

  /** Returns the first word, or the one after {@code -f FILE}; empty if there is none. */
  private static String requested(String... args) {
    boolean hasFile = args.length > 0 && (args[0].equals("-f") || args[0].equals("--file"));
    int first = hasFile ? 2 : 0;
    return args.length > first ? args[first] : "";
  }

  /** Adds the commands that are missing. */
  static void addAll(CommandLine root) {
    for (String name : Commands.NAMES) {
      if (!root.getSubcommands().containsKey(name)) {
        add(root, name);
      }
    }
  }

  private static void add(CommandLine root, String name) {
    CommandLine command = new CommandLine(Commands.create(name));
    root.addSubcommand(name, command);
    if (name.equals(Commands.WORKERS)) {
      WorkerCommands.addTo(command, manager(new DaemonTask(List.of())));
    }
  }
}
