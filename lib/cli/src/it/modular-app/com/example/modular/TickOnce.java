package com.example.modular;

import io.luhproc.LuhprocException;
import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.process.Signal;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.StopOptions;
import io.luhproc.worker.StopResult;
import io.luhproc.worker.WorkerInfo;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Starts a worker, prints what it wrote, and stops it. */
@Command(name = "tick-once")
final class TickOnce implements Callable<Integer> {
  private final ProcessManager manager;

  @Spec private CommandSpec spec;

  @Parameters private String id;

  TickOnce(ProcessManager manager) {
    this.manager = manager;
  }

  @Override
  public Integer call() {
    Console console = Console.of(spec.commandLine());
    try {
      StartOptions options = StartOptions.builder().awaitReady(Duration.ofSeconds(60)).build();
      WorkerInfo worker = manager.start(Ticker.TASK, id, options);
      console.print(worker.state().name());
      manager.logs(Ticker.TASK, id).tail(1).forEach(line -> console.print(line.text()));
      StopResult result =
          manager.stop(Ticker.TASK, id, StopOptions.builder().signal(Signal.TERM).build());
      console.print(result.outcome().name());
      return console.finish(ExitCode.SUCCESS.code());
    } catch (LuhprocException e) {
      console.printMessage(e.getMessage());
      return console.finish(ExitCode.FAILURE.code());
    }
  }
}
