package io.luhproc.log;

/** Receives lines, one after the other and by one thread at a time. */
@FunctionalInterface
public interface LogListener {

  /** Receives the next line. While following, what this throws is logged and ends nothing. */
  void onLine(LogLine line);

  /**
   * Says that no line will follow because the process directory is gone. By default does nothing;
   * not called after {@link LogSubscription#close()}.
   */
  default void onEnd() {}
}
