package com.example.modular;

import io.luhproc.cli.WorkerCommands;
import io.luhproc.log.LogPolicy;
import io.luhproc.worker.ProcessManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Has the worker commands, two commands of its own, and its own {@code list} in place of theirs.
 */
@Command(name = "modular", description = "An app on the module path.")
public final class ModularApp {
  private ModularApp() {}

  public static void main(String[] args) {
    ProcessManager manager =
        ProcessManager.builder()
            .app("modular")
            .task(Ticker.TASK, new Ticker())
            .logs(LogPolicy.defaults().withGzip(true))
            .build();
    manager.check();
    CommandLine commands = new CommandLine(new ModularApp());
    commands.addSubcommand(new TickOnce(manager));
    commands.addSubcommand(new SuperviseOnce(manager));
    commands.addSubcommand(new ListTickers(manager));
    WorkerCommands.addTo(commands, manager);
    System.exit(commands.execute(args));
  }
}
