package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import java.util.ArrayList;
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
    addWorkerParameters(
        "[ID] [-- ARGS...]", "ID that the task sees, default foreground; arguments of the task.");
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    List<String> words = words(parseResult);
    int argumentCount = Math.min(wordsAfterDelimiter(), words.size() - 1);
    List<String> arguments = words.subList(words.size() - argumentCount, words.size());
    List<String> named = new ArrayList<>(words.subList(0, words.size() - argumentCount));
    if (named.size() == 1 && !WorkerRef.isComplete(named.get(0))) {
      named.add(DEFAULT_ID);
    }
    List<WorkerRef> workers = workers(named);
    if (workers.size() > 1) {
      throw usageError("give one ID; put the arguments of the task after --");
    }
    console.flush();
    return manager().run(workers.get(0).task(), workers.get(0).id(), List.copyOf(arguments));
  }
}
