package io.luhproc.worker;

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
    RunContext context =
        new RunContext(
            new RunContext.Run(task, id, arguments, Optional.empty(), () -> {}), parts.time());
    TaskRun run = new TaskRun(parts, context, end -> System.err.println(end.reason()));
    return run.run(parts.tasks().get(task)).exitCode().orElse(0);
  }
}
