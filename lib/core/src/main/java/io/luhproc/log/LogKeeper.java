package io.luhproc.log;

import io.luhproc.posix.Posix;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Keeps one stream of a process directory within its {@link LogPolicy}: moves the front of the live
 * file to parts without touching the writer, notes the time, deletes and compresses old parts.
 *
 * <p>There must be at most one keeper of a stream at a time, in all processes together. It has no
 * thread: whoever owns it calls {@link #tick()}. Any number of readers may read meanwhile. A keeper
 * may be killed at any moment; the next one finishes what it left.
 */
public final class LogKeeper implements AutoCloseable {

  private LogKeeper() {}

  /**
   * Takes over the keeping of a stream and finishes what a killed keeper left. Failures of files
   * are logged and retried by {@link #tick()}, never thrown.
   */
  public static LogKeeper open(
      Path directory, LogStream stream, LogPolicy policy, TimeSource time, Posix posix) {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * Does what is due. Failures of files are logged, once until it works again, and retried by the
   * next call.
   *
   * @return how long to wait before the next call: 1 s, down to 50 ms while the stream grows fast
   */
  public Duration tick() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Notes the time of the last lines. Keeps nothing open, so there is nothing that could fail. */
  @Override
  public void close() {}
}
