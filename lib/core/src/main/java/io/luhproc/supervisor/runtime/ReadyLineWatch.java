package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.log.LogListener;
import io.luhproc.log.LogSubscription;
import io.luhproc.service.Readiness;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Follows the log of one launch to the line that reports that it is ready. */
final class ReadyLineWatch implements AutoCloseable {
  private final Pattern pattern;
  private final Runnable found;
  private volatile boolean closed;
  // Guarded by this.
  private @Nullable LogSubscription subscription;

  private ReadyLineWatch(Pattern pattern, Runnable found) {
    this.pattern = pattern;
    this.found = found;
  }

  /**
   * Starts a watch.
   *
   * @param follow follows the log from its first line that counts
   * @param found is called once, on a thread of the watch, unless the watch is closed before
   * @throws LuhprocException if the log cannot be opened
   */
  static ReadyLineWatch start(
      Readiness.LogLine readiness, Function<LogListener, LogSubscription> follow, Runnable found) {
    ReadyLineWatch watch = new ReadyLineWatch(Pattern.compile(readiness.regex()), found);
    synchronized (watch) {
      watch.subscription = follow.apply(line -> watch.match(line.text()));
    }
    return watch;
  }

  private void match(String line) {
    boolean matches;
    try {
      matches = pattern.matcher(new WatchedText(line, this)).find();
    } catch (CancellationException expected) {
      return; // The watch has ended.
    }
    if (matches) {
      found.run();
      close();
    }
  }

  /** Closes without the lock: a close waits for the listener, which may want to close, too. */
  @Override
  public void close() {
    closed = true;
    LogSubscription closing;
    synchronized (this) {
      closing = subscription;
      subscription = null;
    }
    if (closing != null) {
      closing.close();
    }
  }

  /** Text of which a search ends with the watch, because some patterns backtrack for ever. */
  private record WatchedText(CharSequence text, ReadyLineWatch watch) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (watch.closed) {
        throw new CancellationException("the watch has ended");
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new WatchedText(text.subSequence(start, end), watch);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
