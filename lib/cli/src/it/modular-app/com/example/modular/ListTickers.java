package com.example.modular;

import io.luhproc.cli.Console;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists ids only, in place of the command of the same name among the worker commands. */
@Command(name = "list")
final class ListTickers implements Runnable {
  private final ProcessManager manager;

  @Spec private CommandSpec spec;

  ListTickers(ProcessManager manager) {
    this.manager = manager;
  }

  @Override
  public void run() {
    Console console = Console.of(spec.commandLine());
    manager.list(Ticker.TASK).stream().map(WorkerInfo::id).forEach(console::print);
    console.flush();
  }
}
