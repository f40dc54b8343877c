package io.luhproc.relaunch;

import io.luhproc.process.NotRelaunchableException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The program to relaunch, resolved on first use. Thread-safe. */
public final class AppProgram {
  private final @Nullable String mainClass;
  private final List<String> removedOptions;
  private @Nullable JvmCommand command;
  private @Nullable String name;

  private AppProgram(
      @Nullable String mainClass, @Nullable JvmCommand command, List<String> removedOptions) {
    this.mainClass = mainClass;
    this.command = command;
    this.removedOptions = removedOptions;
  }

  /** Returns the program that this JVM runs. */
  public static AppProgram currentJvm() {
    return new AppProgram(null, null, List.of());
  }

  /** Returns a program with a main class, in a JVM like this one. */
  public static AppProgram ofMainClass(String name) {
    return new AppProgram(name, null, List.of());
  }

  /** Returns the program that a command starts. */
  public static AppProgram of(JvmCommand command) {
    return new AppProgram(null, command, List.of());
  }

  /** Returns this program without some options, see {@link JvmCommand#withoutOptions}. */
  public synchronized AppProgram withoutOptions(List<String> prefixes) {
    return new AppProgram(mainClass, command, List.copyOf(prefixes));
  }

  /** Returns the prefixes of the options that are removed. */
  public List<String> removedOptions() {
    return removedOptions;
  }

  /**
   * Returns the command.
   *
   * @throws NotRelaunchableException if the command line of this app is unknown
   */
  public synchronized JvmCommand command() {
    if (command == null) {
      command = mainClass == null ? JvmCommand.current() : JvmCommand.ofMainClass(mainClass);
    }
    return command.withoutOptions(removedOptions);
  }

  /** Returns what distinguishes this app from others: its main class, or its executable. */
  public synchronized String name() {
    if (name == null) {
      name = command().program();
    }
    return name;
  }

  /** Returns the program arguments of this JVM; empty if they are unknown. */
  public List<String> arguments() {
    try {
      return command().programArguments();
    } catch (NotRelaunchableException expected) {
      // Under an IDE or a build tool they are the tool's arguments, not the app's.
      return List.of();
    }
  }
}
