package io.luhproc.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs workers somewhere: on this machine, in a cluster, in a batch system.
 *
 * <p>Rules for all engines:
 *
 * <ul>
 *   <li>The key is the caller's and exists before the start. If the outcome of a start is unknown,
 *       the caller repeats it with the same token.
 *   <li>A stop names the incarnation; another one is never stopped.
 *   <li>No answer is an {@link EngineUnavailableException}, never "not found". A worker that is not
 *       found has neither succeeded nor failed.
 *   <li>No method waits for a worker. Each call has a time limit of the engine's, at most 30 s.
 * </ul>
 *
 * <p>All methods throw {@link EngineUnavailableException} if the engine gives no answer, and {@link
 * EngineRefusedException} if it refuses the call. Implementations are safe for use by several
 * threads.
 *
 * @since 0.1
 */
public interface WorkerEngine extends AutoCloseable {

  /** Returns what the engine guarantees. */
  Set<EngineCapability> capabilities();

  /**
   * Returns what prevents workers from running: an unreachable engine, missing rights, an unknown
   * program. Starts nothing.
   *
   * @return the problems; empty if there are none
   */
  List<EngineProblem> check();

  /**
   * Starts a worker. Returns when the engine has durably accepted it, not when it runs. The record
   * of an ended worker with the same key is replaced.
   */
  StartReply start(WorkerSpec spec);

  /** Returns a worker; empty if the engine has none with the key. */
  Optional<WorkerStatus> info(WorkerKey key);

  /** Returns all workers of the app that the engine was opened for: complete, or an exception. */
  List<WorkerStatus> list();

  /**
   * Asks the engine to stop a worker, and to remove what it keeps of an ended one.
   *
   * @param incarnation the run to stop
   * @param grace how long it may keep running after the request
   */
  StopReply stop(WorkerKey key, String incarnation, Duration grace);

  /**
   * Opens the log of a worker.
   *
   * @param cursor the cursor of the last line that the caller has; empty for all lines
   * @param follow whether to wait for further lines until the worker has ended
   * @return the log; its end is {@link EngineLog.End#GONE} if the engine has none
   */
  EngineLog log(WorkerKey key, String incarnation, Optional<String> cursor, boolean follow);

  /**
   * Calls a listener with the status of each worker now, and whenever one changes. A worker that
   * the engine forgets is not reported. After a time without an answer, the watch continues.
   *
   * @return ends the watch when closed
   */
  EngineWatch watch(Consumer<WorkerStatus> listener);

  /** Releases connections and threads; workers are not touched. */
  @Override
  void close();

  /** A running watch. */
  interface EngineWatch extends AutoCloseable {
    @Override
    void close();
  }
}
