package io.luhproc.time;

import java.util.concurrent.Executor;

/** The one factory of threads: every thread has a name that begins with {@code luhproc-}. */
public final class Threads {
  private static final String PREFIX = "luhproc-";

  private Threads() {}

  /** Returns a thread, not yet started, that does not keep the JVM alive. */
  public static Thread daemon(String name, Runnable body) {
    Thread thread = new Thread(body, PREFIX + name);
    thread.setDaemon(true);
    return thread;
  }

  /** Returns what runs each thing it is given on a daemon thread of its own. */
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
