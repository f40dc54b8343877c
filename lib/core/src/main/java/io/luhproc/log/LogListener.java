package io.luhproc.log;

/**
 * Receives the lines of a log, one at a time.
 *
 * <p>{@link ProcessLog#forEachSince} calls it in the thread of the caller; a {@link
 * LogSubscription} calls it in the thread of the subscription.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface LogListener {

  /**
   * Receives the next line.
   *
   * <p>A subscription delivers a line at its line feed. It also delivers an incomplete last line,
   * once its stream has not grown for half a second: a prompt, or the last words of a process that
   * has ended. That is a line of its own: what the process writes to it later is delivered as
   * another line, and nothing if it is only the line feed. The next process in the same directory
   * begins a new line.
   *
   * <p>If it throws in a subscription, the exception is logged and the next line is delivered.
   *
   * @param line the line
   */
  void onLine(LogLine line);

  /**
   * Called when a subscription ends because the process directory was deleted. Does nothing by
   * default; not called after {@link LogSubscription#close()}.
   */
  default void onEnd() {}
}
