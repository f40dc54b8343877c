package io.luhproc.daemon.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The answer to a client that receives messages as they happen (server-sent events).
 *
 * <p>A client that reads too slowly loses messages and receives their number; it never delays the
 * sender. One whose connection takes nothing for 30 s is disconnected. Thread-safe.
 */
final class EventStream {
  private static final int MAX_PENDING = 1_024;
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final Duration MAX_WRITE_TIME = Duration.ofSeconds(30);
  private static final String HEARTBEAT_MESSAGE = ":\n\n";

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Scheduler scheduler;
  private final Writer writer = new Writer();
  // Guarded by this, as are the next fields.
  private final Deque<String> pending = new ArrayDeque<>();
  private long lost;
  private boolean isClosed;
  private Runnable closeListener = () -> {};

  EventStream(Request request, Response response, Callback callback, Scheduler scheduler) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.scheduler = scheduler;
  }

  /** Sets the headers. */
  void open() {
    response.setStatus(200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    request.addFailureListener(this::end);
  }

  /** Sends a comment, and another every 15 s, by which a gone client is noticed. */
  void startHeartbeat() {
    if (!isClosed()) {
      send(HEARTBEAT_MESSAGE);
      Scheduler.Task ignored =
          scheduler.schedule(this::startHeartbeat, HEARTBEAT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private synchronized boolean isClosed() {
    return isClosed;
  }

  /** Calls a listener once when the stream ends; at once if it has ended. */
  void onClose(Runnable listener) {
    boolean wasClosed;
    synchronized (this) {
      wasClosed = isClosed;
      closeListener = listener;
    }
    if (wasClosed) {
      listener.run();
    }
  }

  /** Sends a message as soon as the client takes it. */
  void send(String message) {
    synchronized (this) {
      if (pending.size() >= MAX_PENDING) {
        lost++;
        return;
      }
      pending.add(message);
    }
    writer.iterate();
  }

  /** Returns the next message to write; empty if there is none. */
  private synchronized Optional<String> next() {
    if (isClosed) {
      return Optional.empty();
    }
    if (lost > 0 && pending.isEmpty()) {
      pending.add(EventJson.lost(lost));
      lost = 0;
    }
    return Optional.ofNullable(pending.poll());
  }

  /** Writes the pending messages one by one, without recursion. */
  private final class Writer extends IteratingCallback {
    private Scheduler.Task watchdog = () -> false;

    @Override
    protected Action process() {
      Optional<String> message = next();
      if (message.isEmpty()) {
        return Action.IDLE;
      }
      watchdog =
          scheduler.schedule(
              EventStream.this::disconnect, MAX_WRITE_TIME.toSeconds(), TimeUnit.SECONDS);
      ByteBuffer bytes = ByteBuffer.wrap(message.get().getBytes(StandardCharsets.UTF_8));
      response.write(false, bytes, this);
      return Action.SCHEDULED;
    }

    @Override
    protected void onSuccess() {
      boolean ignored = watchdog.cancel();
    }

    @Override
    protected void onFailure(Throwable failure) {
      boolean ignored = watchdog.cancel();
      end(failure);
    }
  }

  private void disconnect() {
    request.getConnectionMetaData().getConnection().getEndPoint().close();
  }

  /** Ends the stream in order. */
  void close() {
    if (markClosed()) {
      callback.succeeded();
    }
  }

  private void end(Throwable failure) {
    if (markClosed()) {
      callback.failed(failure);
    }
  }

  private boolean markClosed() {
    Runnable listener;
    synchronized (this) {
      if (isClosed) {
        return false;
      }
      isClosed = true;
      pending.clear();
      listener = closeListener;
    }
    listener.run();
    return true;
  }
}
