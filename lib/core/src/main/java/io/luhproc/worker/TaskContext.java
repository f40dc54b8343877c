package io.luhproc.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a running task knows about itself, and how it hears that it should stop. */
public interface TaskContext {

  /** Returns the variable that the task is registered under. */
  String task();

  /** Returns the id that this worker was started with; {@code foreground} when there was none. */
  String id();

  /** Returns the arguments of this run, in order. */
  List<String> arguments();

  /**
   * Returns the process directory of this worker, which {@code stop} removes; empty when the task
   * runs in the foreground.
   */
  Optional<Path> directory();

  /** Returns whether the worker was asked to stop, by SIGTERM, SIGINT or SIGHUP. */
  boolean stopRequested();

  /**
   * Waits until the worker is asked to stop, at most for {@code timeout}. An interrupt that came
   * with the request is taken, so the task may go on to clean up.
   *
   * @return whether the worker was asked to stop
   * @throws InterruptedException when the thread was interrupted by somebody else
   */
  boolean awaitStop(Duration timeout) throws InterruptedException;

  /**
   * Registers what to do when the worker is asked to stop: hooks run in the order of registration,
   * on one thread, before the task's thread is interrupted. A hook that throws is logged and the
   * next one runs. A hook that comes after the request runs at once, on the calling thread.
   */
  void onStop(Runnable hook);

  /**
   * Says that the worker is up, to whoever started it with {@link
   * StartOptions.Builder#awaitReady(Duration)}. Later calls change nothing.
   */
  void ready();

  /**
   * Says that the task is at work, to a supervisor that checks it by {@link
   * io.luhproc.health.HealthCheck#heartbeat(Duration)}; call it several times within the age that
   * is allowed there. It costs a system call or two, may be called by any thread, and never fails:
   * a beat that cannot be recorded is logged. In the foreground it does nothing.
   */
  void heartbeat();
}
