package io.luhproc.cli.client;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An event stream that continues after its last message when the daemon has ended and is started
 * again. Only {@link #close} may be called by another thread.
 */
public final class ResumedEventStream implements AutoCloseable {
  private final DaemonClient client;
  private final String target;
  private final Duration patience;
  private final Runnable onLost;
  private volatile EventStream stream;
  private volatile boolean closed;

  private ResumedEventStream(
      DaemonClient client, String target, Duration patience, Runnable onLost, EventStream stream) {
    this.client = client;
    this.target = target;
    this.patience = patience;
    this.onLost = onLost;
    this.stream = stream;
  }

  /**
   * Opens a stream.
   *
   * @param target the path and query
   * @param lastEventId the id after which it begins; empty to begin now
   * @param patience how long a daemon that has ended is waited for; zero to end with it
   * @param onLost called when the wait for a daemon begins
   */
  public static ResumedEventStream open(
      DaemonClient client, String target, String lastEventId, Duration patience, Runnable onLost) {
    return new ResumedEventStream(
        client, target, patience, onLost, client.openEvents(target, lastEventId));
  }

  /**
   * Waits for the next message.
   *
   * @return empty if the target does not exist any more, or if the daemon has ended in order and
   *     none was started in time
   * @throws UnreachableException if the daemon has died and none was started in time, or if it
   *     hangs
   */
  public Optional<ServerEvent> next() {
    while (true) {
      @Nullable UnreachableException failure = null;
      try {
        Optional<ServerEvent> event = stream.next();
        if (event.isPresent()) {
          return event;
        }
      } catch (UnreachableException e) {
        if (e.runs()) {
          throw e;
        }
        failure = e;
      }
      if (closed || !reopen()) {
        if (failure == null || closed) {
          return Optional.empty();
        }
        throw failure;
      }
    }
  }

  /** Returns whether there is a stream again. */
  private boolean reopen() {
    if (patience.isZero()) {
      return false;
    }
    String lastId = stream.lastId();
    stream.close();
    Deadline deadline = Deadline.after(TimeSource.system(), patience);
    try {
      if (tryOpen(lastId)) {
        return true;
      }
      onLost.run();
      return deadline.await(() -> closed || tryOpen(lastId)) && !closed;
    } catch (RefusedRequestException e) {
      if (e.status() == 404) {
        return false;
      }
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean tryOpen(String lastId) {
    try {
      stream = client.openEvents(target, lastId);
      return true;
    } catch (UnreachableException e) {
      if (e.runs()) {
        throw e;
      }
      return false;
    } catch (RefusedRequestException e) {
      // A daemon that ends may still answer.
      if (e.status() < 500) {
        throw e;
      }
      return false;
    }
  }

  /** Closes the connection. */
  @Override
  public void close() {
    closed = true;
    stream.close();
  }
}
