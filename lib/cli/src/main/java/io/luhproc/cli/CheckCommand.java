package io.luhproc.cli;

import io.luhproc.cli.text.TerminalText;
import io.luhproc.engine.EngineProblem;
import io.luhproc.worker.ProcessManager;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** Command {@code check [--engine ADDRESS]}. */
final class CheckCommand extends WorkerCommand {
  CheckCommand(ProcessManager manager) {
    super(
        manager,
        "check",
        "Check whether the engine can run workers: is it reachable, are the rights there?",
        "Prints what is missing and the remedy. Starts nothing.");
    addEngineOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    List<EngineProblem> problems = manager().engineProblems();
    for (EngineProblem problem : problems) {
      console.printMessage(TerminalText.escapeToLine(problem.problem()));
      console.print(TerminalText.escapeKeepingLines(problem.remedy()));
    }
    if (problems.isEmpty()) {
      console.print("the engine can run workers");
    }
    return (problems.isEmpty() ? ExitCode.SUCCESS : ExitCode.FAILURE).code();
  }
}
