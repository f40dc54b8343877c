package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** Command {@code run TASK [ID] [-- ARGS...]}. */
final class RunCommand extends WorkerCommand {
  private static final String DEFAULT_ID = "foreground";

  RunCommand(ProcessManager manager) {
    super(
        manager,
        "run",
        "Run a task in the foreground until it returns or Ctrl-C is pressed.",
        "Exits with 0, or with 1 if the task throws an exception.");
    addTaskParameter();
    addIdParameter("0..1", "ID that the task sees; default foreground.");
    addArgumentsParameter();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    String id = parseResult.hasMatchedPositional(1) ? id(parseResult) : DEFAULT_ID;
    console.flush();
    return manager().run(task(parseResult), id, List.of(arguments(parseResult)));
  }
}
