package io.luhproc.time;

import java.util.concurrent.Executor;

/** An executor whose maximum number of threads can be changed while it runs. */
public interface ResizableExecutor extends Executor, AutoCloseable {

  /** Raises the maximum by one, to replace a thread blocked by a task that may never return. */
  void grow();

  /** Lowers the maximum by one, after such a task has returned. */
  void shrink();

  /** Discards queued tasks and ends the threads. */
  @Override
  void close();
}
