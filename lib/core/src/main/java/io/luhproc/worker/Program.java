package io.luhproc.worker;

import io.luhproc.process.JvmCommand;
import io.luhproc.process.NotRelaunchableException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How this app is started again; found out when it is first asked for. Safe for any thread. */
final class Program {
  private final Supplier<JvmCommand> source;
  private @Nullable JvmCommand command;
  private @Nullable String name;

  Program(Supplier<JvmCommand> source) {
    this.source = source;
  }

  /**
   * Returns the command.
   *
   * @throws NotRelaunchableException when it cannot be found out
   */
  synchronized JvmCommand command() {
    if (command == null) {
      command = source.get();
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
