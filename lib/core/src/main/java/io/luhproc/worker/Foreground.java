package io.luhproc.worker;

import io.luhproc.process.ProcessEnd;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs a task in this process, with the output of this process and without a directory. */
final class Foreground {
  /** The id of a task that was given none. */
  static final String ID = "foreground";

  private final Parts parts;

  Foreground(Parts parts) {
    this.parts = parts;
  }

  /** Runs the task and returns the exit code. */
  int run(String task, String id, Supplier<List<String>> arguments) {
    RunOwner owner = new Terminal(arguments);
    RunContext context =
        new RunContext(new RunContext.Run(task, id, Optional.empty(), owner), parts.time());
    TaskRun run = new TaskRun(parts, context, owner);
    return run.run(parts.tasks().get(task)).exitCode().orElse(0);
  }

  /** Nothing is recorded; an end that the task did not choose is told on stderr. */
  private static final class Terminal implements RunOwner {
    private final Supplier<List<String>> arguments;

    Terminal(Supplier<List<String>> arguments) {
      this.arguments = arguments;
    }

    @Override
    public List<String> arguments() {
      return arguments.get();
    }

    @Override
    public void began() {}

    @Override
    public void ready() {}

    @Override
    public void ended(ProcessEnd end) {
      System.err.println(end.reason());
    }
  }
}
