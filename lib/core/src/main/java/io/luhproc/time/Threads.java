package io.luhproc.time;

import java.util.concurrent.Executor;

/** Creates all threads of the library. Their names start with {@code luhproc-}. */
public final class Threads {
  private static final String PREFIX = "luhproc-";

  private Threads() {}

  /** Creates a daemon thread. The caller starts it. */
  public static Thread daemon(String name, Runnable body) {
    Thread thread = new Thread(body, PREFIX + name);
    thread.setDaemon(true);
    return thread;
  }

  /** Returns an executor that runs each task on a new daemon thread. */
  public static Executor threadPerTask(String name) {
    return new ThreadPerTaskExecutor(name);
  }

  private record ThreadPerTaskExecutor(String name) implements Executor {
    @Override
    public void execute(Runnable body) {
      daemon(name, body).start();
    }
  }
}
