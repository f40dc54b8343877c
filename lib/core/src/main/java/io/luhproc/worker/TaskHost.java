package io.luhproc.worker;

import io.luhproc.process.ProcessEnd;
import java.util.List;

/**
 * What stands around a run: a worker with its directory, or nothing but this process. One interface
 * and not four lambdas, each of which would keep the task waiting for a millisecond.
 */
interface TaskHost {
  /** Returns the arguments of the task, found out when they are asked for. */
  List<String> arguments();

  /** Hears that the task has begun; on the thread of the keeper. */
  void onStarted();

  /** Hears, once, that the task says that it is ready. */
  void onReady();

  /** Hears of an end that does not wait for the task: the JVM leaves while it still runs. */
  void onEnded(ProcessEnd end);
}
