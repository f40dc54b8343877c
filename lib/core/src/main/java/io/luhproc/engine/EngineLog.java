package io.luhproc.engine;

import io.luhproc.log.LogStream;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The output of a worker, read line by line by one thread.
 *
 * @since 0.1
 */
public interface EngineLog extends AutoCloseable {

  /**
   * Waits for the next line.
   *
   * @return the line; null at the end, after {@link #close()}, and when there is nothing more if
   *     the log is not followed
   * @throws EngineUnavailableException if the engine gives no answer; lines that follow can be read
   *     with the cursor of the last line
   * @throws InterruptedException if the thread is interrupted
   */
  @Nullable Line next() throws InterruptedException;

  /** Returns why {@link #next()} returned null; empty before. */
  Optional<End> end();

  /** Ends {@link #next()}; may be called by any thread, more than once. */
  @Override
  void close();

  /**
   * One line.
   *
   * @param time when it was written
   * @param stream the stream that it was written to; {@code OUT} if the engine merges them
   * @param text the line without its end
   * @param cursor resumes the log after this line
   */
  record Line(Instant time, LogStream stream, String text, String cursor) {}

  /** Why there are no more lines. */
  enum End {
    /** The worker has ended, and this was its last line. */
    COMPLETE,
    /** There is nothing more now; the worker may write more. */
    UP_TO_DATE,
    /** The engine does not have the log any more, or not all of it. */
    GONE,
    /** The log was closed. */
    CLOSED
  }
}
