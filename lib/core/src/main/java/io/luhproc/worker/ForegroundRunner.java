package io.luhproc.worker;

import io.luhproc.process.ProcessEnd;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs a task in this process, with the output of this process and without a directory. */
final class ForegroundRunner {
  /** The id of a task that was given none. */
  static final String DEFAULT_ID = "foreground";

  private final ManagerContext context;

  ForegroundRunner(ManagerContext context) {
    this.context = context;
  }

  /** Runs the task and returns the exit code. */
  int run(String task, String id, Supplier<List<String>> arguments) {
    TaskRunner.Host host = new ForegroundHost(arguments);
    DefaultTaskContext taskContext =
        new DefaultTaskContext(
            new DefaultTaskContext.RunInfo(task, id, Optional.empty(), host), context.time());
    TaskRunner runner = new TaskRunner(context, taskContext, host);
    return runner.run(context.tasks().get(task)).exitCode().orElse(0);
  }

  /** Records nothing, and prints the reason of a forced exit to stderr. */
  private static final class ForegroundHost implements TaskRunner.Host {
    private final Supplier<List<String>> arguments;

    ForegroundHost(Supplier<List<String>> arguments) {
      this.arguments = arguments;
    }

    @Override
    public List<String> arguments() {
      return arguments.get();
    }

    @Override
    public void onStarted() {}

    @Override
    public void onReady() {}

    @Override
    public void onEnded(ProcessEnd end) {
      System.err.println(end.reason());
    }
  }
}
