package io.luhproc.cli.service;

import io.luhproc.LuhprocException;
import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.daemon.StateDirectory;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** Command {@code uninstall --user}. */
final class UninstallCommand extends ProgramCommand {
  UninstallCommand() {
    super("uninstall", "Remove the systemd unit that luhproc install has written.");
    addFlag("The unit of this user, the only choice.", InstallCommand.USER);
    addFileOption();
    addValue("NAME", "The name that was given to install.", InstallCommand.NAME);
    addFlag("Stop and disable it before.", InstallCommand.NOW);
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    if (!has(parseResult, InstallCommand.USER)) {
      throw usageError("give --user");
    }
    StateDirectory state = stateDirectory(parseResult);
    String name = value(parseResult, InstallCommand.NAME, "");
    UserUnit unit = UserUnit.of(state.config(), name, System.getenv());
    if (unit.firstLine().isEmpty()) {
      throw new LuhprocException("cannot remove " + unit.file() + ": it does not exist");
    }
    unit.checkMadeFor(state.config());
    List<String> disable = UserUnit.systemctl("disable", "--now", unit.name());
    List<String> reload = UserUnit.systemctl("daemon-reload");
    if (!has(parseResult, InstallCommand.NOW)) {
      console.print("run these, or luhproc uninstall --user --now:");
      console.print("  " + String.join(" ", disable));
      console.print("  rm " + unit.file());
      console.print("  " + String.join(" ", reload));
      return ExitCode.SUCCESS.code();
    }
    UserUnit.run(disable);
    unit.delete();
    UserUnit.run(reload);
    console.print("removed " + unit.file());
    return ExitCode.SUCCESS.code();
  }
}
