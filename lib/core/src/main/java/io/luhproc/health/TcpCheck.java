package io.luhproc.health;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Checks that a TCP connection can be opened.
 *
 * @param host a host name or an IP address
 * @param port 1 to 65535
 */
record TcpCheck(String host, int port) implements HealthCheck {

  TcpCheck {
    if (host.isBlank() || !host.strip().equals(host) || host.contains("/")) {
      throw new IllegalArgumentException("host (" + host + ") must be a name or an address");
    }
    checkPort(port);
  }

  static void checkPort(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port (" + port + ") must be from 1 to 65535");
    }
  }

  @Override
  public HealthResult check(CheckContext context) {
    Deadline deadline = Deadline.after(TimeSource.system(), context.timeout());
    try {
      Socket socket = DeadlineSocket.connect(host, port, deadline);
      InetSocketAddress address = DeadlineSocket.remoteAddress(socket);
      socket.close(); // at once: the side that closes first keeps the connection in TIME_WAIT
      return DeadlineSocket.resultOf(HealthResult.healthy(), address, context);
    } catch (IOException e) {
      return DeadlineSocket.failureResult(e, endpoint(), context.timeout());
    }
  }

  private String endpoint() {
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }

  @Override
  public String describe() {
    return "tcp " + endpoint();
  }
}
