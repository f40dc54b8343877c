package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import picocli.CommandLine;

/**
 * Adds the worker commands to a picocli app: {@code start}, {@code stop}, {@code restart}, {@code
 * kill}, {@code wait}, {@code rm}, {@code prune}, {@code info}, {@code list} (also {@code ps}),
 * {@code logs}, {@code run}, {@code check} and {@code completion}.
 *
 * @since 0.1
 */
public final class WorkerCommands {
  private WorkerCommands() {}

  /**
   * Adds the worker commands to the root command of an app, or to a subcommand such as {@code app
   * workers}. A subcommand that the parent already has keeps its name.
   *
   * <p>The commands are created when a command line is parsed, and only the requested one is,
   * because creating all of them takes longer than running one. {@code parent.getSubcommands()}
   * does not contain them before that. They use the writers and the colour scheme that the parent
   * has at that time.
   *
   * <p>Each command returns an {@link ExitCode} and prints its failures to stderr, after the name
   * of the root command. Wrong usage, also of the other commands of the app, is printed as a
   * message and the name of the {@code --help} option, unless the app has set a {@linkplain
   * CommandLine#setParameterExceptionHandler handler}, which then gets it.
   *
   * @param parent the command that gets the subcommands
   * @param manager the manager of the workers
   */
  public static void addTo(CommandLine parent, ProcessManager manager) {
    LazySubcommands.install(parent.getCommandSpec(), manager);
    UsageErrorHandler.installFor(parent);
  }
}
