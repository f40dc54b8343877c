package io.luhproc.daemon.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Closes connections whose next request is not complete in time, even if bytes of it arrive.
 *
 * <p>The idle timeout of Jetty is not enough: each byte of a slow header begins it anew.
 */
final class RequestDeadline extends Handler.Wrapper implements Connection.Listener {
  private final Duration timeout;
  // When each connection without a request in progress began to wait for one.
  private final Map<Connection, Long> waitingSince = new ConcurrentHashMap<>();
  private final AtomicBoolean isScheduled = new AtomicBoolean();

  RequestDeadline(Duration timeout, Handler next) {
    super(next);
    this.timeout = timeout;
  }

  private void addWaiting(Connection connection) {
    waitingSince.put(connection, System.nanoTime());
    scheduleCheck();
  }

  /** Schedules a check unless there is one. Without connections there is none. */
  private void scheduleCheck() {
    if (!isScheduled.getAndSet(true)) {
      Scheduler.Task ignored =
          getServer().getScheduler().schedule(this::closeLate, 1, TimeUnit.SECONDS);
    }
  }

  private void closeLate() {
    isScheduled.set(false);
    long now = System.nanoTime();
    waitingSince.forEach(
        (connection, since) -> {
          if (now - since > timeout.toNanos()) {
            connection.getEndPoint().close();
          }
        });
    if (isRunning() && !waitingSince.isEmpty()) {
      scheduleCheck();
    }
  }

  @Override
  public void onOpened(Connection connection) {
    // The HTTP connection within it is opened at the same time.
    if (!(connection instanceof SslConnection)) {
      addWaiting(connection);
    }
  }

  @Override
  public void onClosed(Connection connection) {
    waitingSince.remove(connection);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Connection connection = request.getConnectionMetaData().getConnection();
    waitingSince.remove(connection);
    Request.addCompletionListener(request, failure -> waitAgain(connection));
    return super.handle(request, response, callback);
  }

  private void waitAgain(Connection connection) {
    addWaiting(connection);
    if (!connection.getEndPoint().isOpen()) {
      // Closed before it was put.
      waitingSince.remove(connection);
    }
  }
}
