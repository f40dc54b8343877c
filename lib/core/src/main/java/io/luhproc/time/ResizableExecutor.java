package io.luhproc.time;

import java.util.concurrent.Executor;

/** Runs things on a limited number of threads, which can be moved while it works. */
public interface ResizableExecutor extends Executor, AutoCloseable {

  /** Allows one thread more, because one is held by something that may never return. */
  void grow();

  /** Allows one thread less, because such a thing has returned. */
  void shrink();

  /** Drops what has not begun, and lets go of the threads. */
  @Override
  void close();
}
