package io.luhproc.spawn;

import io.luhproc.process.ProcessEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.function.IntConsumer;

/** A running or exited child of this JVM, which alone can read its exit status. */
public interface ChildProcess {

  /** Returns the pid. The kernel does not reuse it before the exit is reported. */
  long pid();

  /**
   * Registers a listener for the exit. After the exit, the listener is called at once.
   *
   * @param executor runs the listener; must not run it on the calling thread
   * @param listener receives the exit status as in {@link Process#exitValue()}: 128 + signal number
   *     if a signal killed the process
   */
  void onExit(Executor executor, IntConsumer listener);

  /**
   * Returns how the process ended, after its exit. A child of the JDK cannot tell an exit code
   * above 128 from a signal; it then reports the code.
   *
   * @param status the status that was passed to the listener
   */
  ProcessEnd end(Instant time, int status);

  /**
   * Waits for the exit.
   *
   * @return the exit status
   * @throws InterruptedException if the calling thread is interrupted
   */
  int waitFor() throws InterruptedException;

  /**
   * Waits for the exit, at most for the given time.
   *
   * @return the exit status; empty if the process still runs
   * @throws InterruptedException if the calling thread is interrupted
   */
  OptionalInt waitFor(Duration timeout) throws InterruptedException;

  /** Sends SIGKILL to this process only, not to its descendants. No effect after the exit. */
  void kill();
}
