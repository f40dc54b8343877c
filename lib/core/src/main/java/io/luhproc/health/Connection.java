package io.luhproc.health;

import io.luhproc.time.Deadline;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import javax.net.ssl.SSLException;

/**
 * A TCP connection that ends by a deadline, and by an interrupt: sockets of channels are closed by
 * one, others wait on. Only the resolution of a name can be neither limited nor interrupted.
 */
final class Connection {
  private Connection() {}

  /** Connects to the first address of a host that answers. */
  static Socket open(String host, int port, Deadline deadline) throws IOException {
    IOException failure = new UnknownHostException(host);
    for (InetAddress address : resolve(host)) {
      try {
        return open(new InetSocketAddress(address, port), deadline);
      } catch (SocketTimeoutException e) {
        throw e;
      } catch (IOException e) {
        failure = e;
      }
    }
    throw failure;
  }

  private static InetAddress[] resolve(String host) throws IOException {
    try {
      return InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      // Without descriptors nobody is known.
      newSocket().close();
      throw e;
    }
  }

  private static Socket newSocket() {
    try {
      return SocketChannel.open().socket();
    } catch (IOException e) {
      String what = "no socket can be opened (" + e.getMessage() + "); raise `ulimit -n`, or look";
      throw new NotCheckedException(what + " for what keeps files open", e);
    }
  }

  private static Socket open(InetSocketAddress address, Deadline deadline) throws IOException {
    Socket socket = newSocket();
    try {
      socket.connect(address, millisLeft(deadline));
      return socket;
    } catch (IOException e) {
      try (socket) {
        throw e;
      }
    }
  }

  /** Returns what a socket takes for a timeout, for which 0 would be for ever. */
  static int millisLeft(Deadline deadline) throws SocketTimeoutException {
    Duration left = deadline.remaining();
    if (left.isZero()) {
      throw new SocketTimeoutException("the deadline has passed");
    }
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, left.toMillis()));
  }

  /** Says why there was no connection with {@code where}, or no answer. */
  static HealthResult failed(IOException e, String where, Duration timeout) {
    if (e instanceof SocketTimeoutException) {
      return HealthResult.late(timeout);
    }
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    if (e instanceof ProtocolException) {
      return HealthResult.unhealthy(where + " " + message);
    }
    if (e instanceof UnknownHostException) {
      return HealthResult.unhealthy("unknown host in " + where);
    }
    if (e instanceof ConnectException && message.contains("refused")) {
      return HealthResult.unhealthy("connection refused by " + where);
    }
    if (e instanceof SSLException) {
      return HealthResult.unhealthy("TLS with " + where + " failed: " + message);
    }
    return HealthResult.unhealthy("no connection with " + where + ": " + message);
  }
}
