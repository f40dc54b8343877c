package io.luhproc.service;

import java.util.List;

/**
 * The command that a process of a service runs.
 *
 * @since 0.1
 */
public sealed interface Command {

  /** Returns the command as text for messages and lists. It is not quoted for a shell. */
  String text();

  /**
   * A shell command, run by {@code sh -c}.
   *
   * @param text the command, not blank and without NUL
   */
  record Shell(String text) implements Command {
    /**
     * Creates a command.
     *
     * @throws IllegalArgumentException if the text is blank or contains NUL
     */
    public Shell {
      if (text.isBlank()) {
        throw new IllegalArgumentException("command (" + text + ") must not be empty");
      }
      checkArgument(text);
    }
  }

  /**
   * A program and its arguments, run without a shell.
   *
   * @param argv the program and its arguments; a program without a slash is searched in the {@code
   *     PATH}
   */
  record Program(List<String> argv) implements Command {
    /**
     * Creates a command.
     *
     * @throws IllegalArgumentException if there is no program, or an argument contains NUL
     */
    public Program {
      argv = List.copyOf(argv);
      if (argv.isEmpty() || argv.get(0).isEmpty()) {
        throw new IllegalArgumentException("command (" + argv + ") must name a program");
      }
      argv.forEach(Command::checkArgument);
    }

    @Override
    public String text() {
      return String.join(" ", argv);
    }
  }

  /**
   * A task of an application, run by relaunching the application.
   *
   * @param app the application, usually the {@code ProcessManager} of this one
   * @param task the environment variable that the task is registered under
   * @param arguments the arguments that {@code TaskContext} returns to the task
   * @param jvmOptions JVM options in addition to those of this JVM
   */
  record TaskCommand(
      RelaunchableApp app, String task, List<String> arguments, List<String> jvmOptions)
      implements Command {
    /**
     * Creates a command.
     *
     * @throws IllegalArgumentException if the application has no such task
     */
    public TaskCommand {
      app.taskLauncher().checkTask(task);
      arguments = List.copyOf(arguments);
      jvmOptions = List.copyOf(jvmOptions);
    }

    @Override
    public String text() {
      return "task " + task + (arguments.isEmpty() ? "" : " " + String.join(" ", arguments));
    }
  }

  private static void checkArgument(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "command (" + text.replace('\0', '\uFFFD') + ") must not contain NUL");
    }
  }
}
