package io.luhproc.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Describes the current run of a task to the task, and reports stop requests. Thread-safe.
 *
 * <p>SIGTERM, SIGINT and SIGHUP request a stop. A task notices it in three ways, in this order:
 * {@link #stopRequested()} and {@link #awaitStop} return true, the {@link #onStop} hooks run, and
 * the task's thread is interrupted.
 *
 * @since 0.1
 */
public interface TaskContext {

  /** Returns the variable under which the task is registered. */
  String task();

  /** Returns the id of this worker; {@code foreground} if none was given. */
  String id();

  /** Returns the arguments of this run, in order. */
  List<String> arguments();

  /** Returns the process directory, which {@code stop} deletes; empty in the foreground. */
  Optional<Path> directory();

  /** Returns whether a stop was requested. */
  boolean stopRequested();

  /**
   * Waits until a stop is requested. Clears the interrupt that belongs to the request, so that the
   * task can clean up.
   *
   * @param timeout the maximum wait
   * @return whether a stop was requested
   * @throws InterruptedException if the thread is interrupted for another reason
   */
  boolean awaitStop(Duration timeout) throws InterruptedException;

  /**
   * Registers a hook that runs when a stop is requested. Hooks run in registration order, on one
   * thread, before the task's thread is interrupted. An exception in a hook is logged, and the next
   * hook runs. After a stop request, a new hook runs at once on the calling thread. Hooks run to
   * their end even if the task returns meanwhile, within the grace period; a hook that does not is
   * reported on stderr and in the record of the end, and the process exits with 128 + signal
   * number. A hook must not wait for the thread of the task, which is interrupted only after all
   * hooks.
   */
  void onStop(Runnable hook);

  /**
   * Reports that the worker is ready, which unblocks callers that wait with {@link
   * StartOptions.Builder#awaitReady(Duration)}. Later calls have no effect.
   */
  void ready();

  /**
   * Records a heartbeat for {@link io.luhproc.health.HealthCheck#heartbeat(Duration)}; call it
   * several times within the maximum age given there. It costs one or two system calls and never
   * fails: an I/O error is logged. It has no effect in the foreground.
   */
  void heartbeat();
}
