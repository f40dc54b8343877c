package io.luhproc.daemon.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.SelectableChannelEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a client that receives messages as they happen.
 *
 * <p>Its source is asked for the next message when the client has taken the last one, so a slow
 * client delays nothing. One whose connection takes nothing for 30 s is disconnected. Thread-safe.
 */
final class EventStream {
  private static final Duration HEARTBEAT = Duration.ofSeconds(5);
  private static final Duration MAX_WRITE_TIME = Duration.ofSeconds(30);

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final StreamFormat format;
  private final Server server;
  private final Writer writer = new Writer();
  private final AtomicBoolean isSignalled = new AtomicBoolean();
  private final AtomicBoolean isHeartbeatDue = new AtomicBoolean();
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private volatile Runnable closeListener = () -> {};
  private volatile @Nullable MessageSource source;

  EventStream(Request request, Response response, Callback callback, StreamFormat format) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.format = format;
    this.server = request.getConnectionMetaData().getConnector().getServer();
  }

  /**
   * Sends the headers and the messages of a source.
   *
   * @param messages the source, which is closed when the stream ends
   */
  void start(MessageSource messages) {
    response.setStatus(200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, format.contentType());
    ApiHandler.addCommonHeaders(response);
    request.addFailureListener(this::end);
    source = messages;
    // By this thread, so that a short log is complete before the request was handled. Otherwise
    // Jetty sometimes completes the request twice, which breaks the next one of the connection.
    write();
    beat();
  }

  /** Answers with a problem instead of a stream. */
  void refuse(Reply problem) {
    ApiHandler.write(problem, response, callback);
  }

  /** Calls a listener once when the stream ends; at once if it has ended. */
  void onClose(Runnable listener) {
    closeListener = listener;
    if (isClosed.get()) {
      listener.run();
    }
  }

  /** Has the writer send a heartbeat, now and every 5 s. */
  private void beat() {
    if (!isClosed.get()) {
      isHeartbeatDue.set(true);
      signal();
      Scheduler.Task ignored =
          server.getScheduler().schedule(this::beat, HEARTBEAT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  /**
   * Looks whether the client is gone; returns a comment. It is empty if the format has none: the
   * first one sends the headers, which a client of a silent process waits for.
   */
  private String heartbeat() {
    if (isGone()) {
      disconnect();
      end(new EofException("the client has closed the connection"));
    }
    return format == StreamFormat.EVENTS ? ":\n\n" : "";
  }

  /**
   * Returns whether the client has closed its side, or sends another request, whose beginning is
   * lost here.
   */
  private boolean isGone() {
    if (endPoint() instanceof SelectableChannelEndPoint selectable
        && selectable.getChannel() instanceof SocketChannel channel) {
      try {
        return channel.read(ByteBuffer.allocate(1)) != 0;
      } catch (IOException e) {
        return true;
      }
    }
    return false;
  }

  private EndPoint endPoint() {
    return request.getConnectionMetaData().getConnection().getEndPoint();
  }

  /** Signals that the source may have a message. Does not wait. */
  void signal() {
    if (!isSignalled.getAndSet(true)) {
      try {
        server.getThreadPool().execute(this::write);
      } catch (RejectedExecutionException e) {
        // The server is being closed.
        end(e);
      }
    }
  }

  private void write() {
    isSignalled.set(false);
    writer.iterate();
  }

  /** Writes the messages one by one, without recursion. */
  private final class Writer extends IteratingCallback {
    private Scheduler.Task watchdog = () -> false;

    @Override
    protected Action process() {
      MessageSource messages = source;
      if (messages == null || isClosed.get()) {
        return Action.IDLE;
      }
      Optional<String> message = messages.next();
      if (message.isEmpty() && messages.isComplete()) {
        return Action.SUCCEEDED;
      }
      if (message.isEmpty() && isHeartbeatDue.getAndSet(false)) {
        message = Optional.of(heartbeat());
      }
      if (message.isEmpty() || isClosed.get()) {
        return Action.IDLE;
      }
      watchdog =
          server
              .getScheduler()
              .schedule(EventStream.this::disconnect, MAX_WRITE_TIME.toSeconds(), TimeUnit.SECONDS);
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

    @Override
    protected void onCompleteSuccess() {
      EventStream.this.close();
    }
  }

  private void disconnect() {
    endPoint().close();
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
    if (isClosed.getAndSet(true)) {
      return false;
    }
    MessageSource messages = source;
    if (messages != null) {
      messages.close();
    }
    closeListener.run();
    return true;
  }
}
