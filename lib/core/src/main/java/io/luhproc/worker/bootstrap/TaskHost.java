package io.luhproc.worker.bootstrap;

import io.luhproc.process.ProcessEnd;
import java.util.List;
import java.util.Optional;

/**
 * The environment of a run: a worker with its directory, or the foreground. One interface instead
 * of four lambdas, each of which would delay a cold task by a millisecond.
 */
public interface TaskHost {
  /** Returns the arguments of the task; they are read on demand. */
  List<String> arguments();

  /** Called when the task has begun, on the maintenance thread. */
  default void onStarted() {}

  /** Called once, when the task reports that it is ready. */
  default void onReady() {}

  /** Returns what else is known about the cause of a failure of the task. */
  default Optional<String> explain(Throwable failure) {
    return Optional.empty();
  }

  /** Called before the JVM exits while the task still runs. */
  void onEnded(ProcessEnd end);
}
