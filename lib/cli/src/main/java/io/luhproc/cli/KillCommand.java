package io.luhproc.cli;

import io.luhproc.LuhprocException;
import io.luhproc.process.Signal;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StopOptions;
import io.luhproc.worker.StopResult;
import java.time.Duration;
import picocli.CommandLine.ParseResult;

/** Command {@code kill TASK ID... [-s SIGNAL]}. */
final class KillCommand extends EachWorkerCommand {
  private static final String SIGNAL = "--signal";

  KillCommand(ProcessManager manager) {
    super(
        manager,
        "kill",
        "Send a signal to workers.",
        "KILL, the default, ends all processes of their trees; other signals are sent to the"
            + " worker's process only. The logs are kept.");
    addWorkerParameters("[ID...]", "IDs of the workers.");
    spec()
        .addOption(
            valueOption("NAME", "Signal to send, a name or a number; default KILL.", "-s", SIGNAL)
                .build());
  }

  @Override
  int run(WorkerRef worker, ParseResult parseResult, Console console) {
    String name = optionValue(parseResult, SIGNAL);
    Signal signal = name == null ? Signal.KILL : Signal.parse(name);
    boolean sent = find(worker).state().isAlive() && send(worker, signal);
    if (!sent) {
      throw new LuhprocException("cannot send " + signal + " to " + worker + ": it is not running");
    }
    console.print(worker.escaped() + ": " + (signal == Signal.KILL ? "killed" : "sent " + signal));
    return ExitCode.SUCCESS.code();
  }

  private boolean send(WorkerRef worker, Signal signal) {
    if (signal != Signal.KILL) {
      return manager().signal(worker.task(), worker.id(), signal);
    }
    StopOptions options = StopOptions.builder().grace(Duration.ZERO).keepLogs(true).build();
    StopResult result = manager().stop(worker.task(), worker.id(), options);
    return result.outcome() != StopResult.Outcome.NOT_RUNNING;
  }
}
