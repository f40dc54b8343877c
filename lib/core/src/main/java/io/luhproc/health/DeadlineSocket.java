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
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * Opens TCP connections that respect a deadline and thread interrupts.
 *
 * <p>Only sockets of a {@link SocketChannel} are closed by an interrupt. Name resolution can
 * neither be interrupted nor limited in time.
 */
final class DeadlineSocket {
  private DeadlineSocket() {}

  /** Connects to the first address of a host that accepts the connection. */
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
      // Name lookup also fails with EMFILE; do not report that as unknown host.
      newSocket().close();
      throw e;
    }
  }

  private static Socket newSocket() {
    try {
      return SocketChannel.open().socket();
    } catch (IOException e) {
      throw noSocket(e);
    }
  }

  static CheckUnavailableException noSocket(IOException cause) {
    return new CheckUnavailableException(
        "cannot open a socket: "
            + cause.getMessage()
            + "; raise `ulimit -n` or close unused descriptors",
        cause);
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

  /** Returns the address that a socket is connected to. */
  static InetSocketAddress remoteAddress(Socket socket) {
    return new InetSocketAddress(socket.getInetAddress(), socket.getPort());
  }

  /** Returns the remaining time as a socket timeout, at least 1 because 0 means no timeout. */
  static int remainingMillis(Deadline deadline) throws SocketTimeoutException {
    Duration remaining = deadline.remaining();
    if (remaining.isZero()) {
      throw new SocketTimeoutException("the deadline has passed");
    }
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, remaining.toMillis()));
  }

  /** Returns the result for a failed connection or exchange with {@code endpoint}. */
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
    return HealthResult.unhealthy("cannot connect to " + endpoint + ": " + message);
  }

  /** Returns the result for a check that passed: unhealthy if a foreign process has answered. */
  static HealthResult resultOf(
      HealthResult passed, InetSocketAddress address, CheckContext context) {
    Optional<String> foreign = context.foreignListener(address);
    return foreign.isEmpty()
        ? passed
        : HealthResult.unhealthy(
            "port "
                + address.getPort()
                + " is answered by process "
                + foreign.get()
                + ", which is not of this service");
  }
}
