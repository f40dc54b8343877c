package io.luhproc.time;

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
}
