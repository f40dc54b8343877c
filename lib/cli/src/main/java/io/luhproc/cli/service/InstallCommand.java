package io.luhproc.cli.service;

import io.luhproc.LuhprocException;
import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.daemon.StateDirectory;
import io.luhproc.daemon.config.ConfigLoader;
import io.luhproc.daemon.config.DaemonConfig;
import io.luhproc.relaunch.JvmCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.ParseResult;

/** Command {@code install --user}. */
final class InstallCommand extends ProgramCommand {
  static final String USER = "--user";
  static final String NAME = "--name";
  static final String NOW = "--now";
  private static final String PRINT = "--print";

  /** The launcher script sets it to its own path. */
  private static final String LAUNCHER = "LUHPROC_LAUNCHER";

  // Without them, the daemon would not find programs, or not be found by commands.
  private static final List<String> COPIED = List.of("PATH", "XDG_STATE_HOME", "LUHPROC_TMP_DIR");

  InstallCommand() {
    super(
        "install",
        "Write a systemd unit that starts the daemon with the user's session.",
        "The unit has the java, jar and PATH of now; install again after they move.");
    addFlag("As a unit of this user, the only choice.", USER);
    addFileOption();
    addValue("NAME", "The unit is luhproc-NAME.service; default: the folder's name.", NAME);
    addFlag("Print the unit instead of writing it.", PRINT);
    addFlag("Also enable and start it.", NOW);
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    if (!has(parseResult, USER) && !has(parseResult, PRINT)) {
      throw usageError("give --user; for a unit of the system, edit what --print prints");
    }
    StateDirectory state = stateDirectory(parseResult);
    DaemonConfig checked = ConfigLoader.create().load(state.config());
    checked.warnings().forEach(it -> console.printMessage(it.toString()));
    Map<String, String> environment = System.getenv();
    SystemdUnit unit =
        new SystemdUnit(state.config(), command(state, environment), copiedVariables(environment));
    if (has(parseResult, PRINT)) {
      console.out().print(unit.text());
      return ExitCode.SUCCESS.code();
    }
    UserUnit file = UserUnit.of(state.config(), value(parseResult, NAME, ""), environment);
    file.checkMadeFor(state.config());
    file.write(unit.text());
    console.print("wrote " + file.file());
    enable(file, state, has(parseResult, NOW), console);
    return ExitCode.SUCCESS.code();
  }

  private static List<String> command(StateDirectory state, Map<String, String> environment) {
    List<String> arguments = List.of("up", "--foreground", "--file", state.config().toString());
    String launcher = environment.getOrDefault(LAUNCHER, "");
    if (launcher.isEmpty()) {
      return JvmCommand.current()
          .buildCommand(List.of(), arguments, state.path(), environment)
          .argv();
    }
    if (!launcher.startsWith("/")) {
      throw new LuhprocException(
          "cannot install the launcher: " + LAUNCHER + " is no absolute path; unset it");
    }
    List<String> command = new ArrayList<>(List.of(launcher));
    command.addAll(arguments);
    return command;
  }

  private static Map<String, String> copiedVariables(Map<String, String> environment) {
    Map<String, String> copied = new TreeMap<>(environment);
    copied.keySet().retainAll(COPIED);
    return copied;
  }

  private static void enable(UserUnit unit, StateDirectory state, boolean isNow, Console console) {
    boolean isRunning = client(state).isReachable();
    if (isNow && isRunning) {
      throw new LuhprocException(
          "cannot start "
              + unit.name()
              + ": the daemon of "
              + state.config()
              + " runs already; run luhproc down, then luhproc install --user --now");
    }
    List<List<String>> commands =
        List.of(
            UserUnit.systemctl("daemon-reload"),
            UserUnit.systemctl("enable", "--now", unit.name()));
    if (isNow) {
      commands.forEach(UserUnit::run);
    } else {
      console.print("start it, now and with your session:");
      if (isRunning) {
        console.print("  luhproc down");
      }
      commands.forEach(command -> console.print("  " + String.join(" ", command)));
    }
    console.print("to start it at boot, before you log in: loginctl enable-linger");
  }
}
