package io.luhproc.service;

import java.util.List;

/** What a process of a service runs. */
public sealed interface Command {

  /** Returns it as people would write it, for messages and lists; not for a shell. */
  String text();

  /**
   * A text for {@code sh -c}.
   *
   * @param text the text, not empty and without NUL
   */
  record Shell(String text) implements Command {
    /**
     * Checks the text.
     *
     * @throws IllegalArgumentException when it is empty, or no argument can hold it
     */
    public Shell {
      if (text.isBlank()) {
        throw new IllegalArgumentException("command (" + text + ") must not be empty");
      }
      checkArgument(text);
    }
  }

  /**
   * A program and its arguments, without a shell.
   *
   * @param argv the program, looked for in the PATH where it has no slash, and its arguments
   */
  record Program(List<String> argv) implements Command {
    /**
     * Checks the arguments.
     *
     * @throws IllegalArgumentException when there is no program, or no argument can hold a text
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
   * A task of an app that can be started again, such as the one that supervises.
   *
   * @param app starts it
   * @param task the task's variable
   * @param arguments what the task finds in its context
   * @param jvmOptions options of its JVM on top of those of this one
   */
  record TaskCommand(
      RelaunchableApp app, String task, List<String> arguments, List<String> jvmOptions)
      implements Command {
    /**
     * Checks the task.
     *
     * @throws IllegalArgumentException when the app has no such task
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
