package io.luhproc.spawn;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;

/** A process that this JVM has started, and whose exit status the kernel tells only to it. */
public interface ChildProcess {

  /** Returns its pid, which no other process gets before the kernel has told us of its end. */
  long pid();

  /**
   * Tells when it has ended, or at once where it has.
   *
   * @param executor runs what is told; it must not do so on the thread that calls it
   * @param listener takes the exit status as {@link Process#exitValue()} gives it: 128 and the
   *     number of the signal when one killed it
   */
  void onExit(Executor executor, IntConsumer listener);

  /**
   * Waits until it has ended.
   *
   * @return its exit status
   */
  int waitFor() throws InterruptedException;

  /**
   * Waits until it has ended, at most for so long.
   *
   * @return its exit status, or nothing while it runs
   */
  OptionalInt waitFor(Duration timeout) throws InterruptedException;

  /** Kills it, and nobody else that it may have started, with SIGKILL. */
  void kill();
}
