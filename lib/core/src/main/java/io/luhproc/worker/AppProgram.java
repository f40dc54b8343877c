package io.luhproc.worker;

import io.luhproc.process.NotRelaunchableException;
import io.luhproc.relaunch.JvmCommand;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How this app is started again; found out when it is first asked for. Safe for any thread. */
final class AppProgram {
  private final @Nullable String mainClass;
  private @Nullable JvmCommand command;
  private @Nullable String name;

  private AppProgram(@Nullable String mainClass, @Nullable JvmCommand command) {
    this.mainClass = mainClass;
    this.command = command;
  }

  /** Returns the program that this JVM runs. */
  static AppProgram currentJvm() {
    return new AppProgram(null, null);
  }

  /** Returns the one that has a main class, in a JVM like this one. */
  static AppProgram ofMainClass(String name) {
    return new AppProgram(name, null);
  }

  /** Returns the one that a command starts. */
  static AppProgram of(JvmCommand command) {
    return new AppProgram(null, command);
  }

  /**
   * Returns the command.
   *
   * @throws NotRelaunchableException when it cannot be found out
   */
  synchronized JvmCommand command() {
    if (command == null) {
      command = mainClass == null ? JvmCommand.current() : JvmCommand.ofMainClass(mainClass);
    }
    return command;
  }

  /** Returns what tells this app from others: its main class, or its executable. */
  synchronized String name() {
    if (name == null) {
      name = command().program();
    }
    return name;
  }

  /** Returns the arguments that this JVM was started with, none where they cannot be known. */
  List<String> arguments() {
    try {
      return command().programArguments();
    } catch (NotRelaunchableException expected) {
      // Under an IDE or a build tool they are the tool's arguments, not the app's.
      return List.of();
    }
  }
}
