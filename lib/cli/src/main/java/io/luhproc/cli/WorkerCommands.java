package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import picocli.CommandLine;

/**
 * The commands of an app's workers: {@code start}, {@code stop}, {@code restart}, {@code info},
 * {@code list} (also {@code ps}), {@code logs}, {@code run} and {@code completion}.
 */
public final class WorkerCommands {
  private WorkerCommands() {}

  /**
   * Adds the worker commands to a command of an app: to its first one, or to a group of its own
   * such as {@code app workers}. A command of the same name that is there already stays.
   *
   * <p>They are built when a command line is parsed, and then only the one that is asked for,
   * because building all costs more than a command takes. So {@code parent.getSubcommands()} does
   * not have them before. They write to the writers and in the colours that the parent has by then,
   * end with an {@link ExitCode}, and report their own failures on stderr; wrong usage goes to the
   * app's {@link CommandLine#getParameterExceptionHandler() handler}.
   *
   * @param parent the command that gets them
   * @param manager whose workers they act on
   */
  public static void addTo(CommandLine parent, ProcessManager manager) {
    LazySubcommands.install(parent.getCommandSpec(), manager);
  }
}
