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
final class DeadlineSocket {
  private DeadlineSocket() {}

  /** Connects to the first address of a host that answers. */
  static Socket connect(String host, int port, Deadline deadline) throws IOException {
    IOException failure = new UnknownHostException(host);
    for (InetAddress address : resolve(host)) {
      try {
        return connect(new InetSocketAddress(address, port), deadline);
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
      String message =
          "no socket can be opened (" + e.getMessage() + "); raise `ulimit -n`, or look";
      throw new CheckUnavailableException(message + " for what keeps files open", e);
    }
  }

  private static Socket connect(InetSocketAddress address, Deadline deadline) throws IOException {
    Socket socket = newSocket();
    try {
      socket.connect(address, remainingMillis(deadline));
      return socket;
    } catch (IOException e) {
      try (socket) {
        throw e;
      }
    }
  }

  /** Returns what a socket takes for a timeout, for which 0 would be for ever. */
  static int remainingMillis(Deadline deadline) throws SocketTimeoutException {
    Duration remaining = deadline.remaining();
    if (remaining.isZero()) {
      throw new SocketTimeoutException("the deadline has passed");
    }
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, remaining.toMillis()));
  }

  /** Says why there was no connection with {@code endpoint}, or no answer. */
  static HealthResult failureResult(IOException e, String endpoint, Duration timeout) {
    if (e instanceof SocketTimeoutException) {
      return HealthResult.timedOut(timeout);
    }
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    if (e instanceof ProtocolException) {
      return HealthResult.unhealthy(endpoint + " " + message);
    }
    if (e instanceof UnknownHostException) {
      return HealthResult.unhealthy("unknown host in " + endpoint);
    }
    if (e instanceof ConnectException && message.contains("refused")) {
      return HealthResult.unhealthy("connection refused by " + endpoint);
    }
    if (e instanceof SSLException) {
      return HealthResult.unhealthy("TLS with " + endpoint + " failed: " + message);
    }
    return HealthResult.unhealthy("no connection with " + endpoint + ": " + message);
  }
}
