package io.luhproc.health;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.net.Socket;

/**
 * Connects.
 *
 * @param host a name or an address
 * @param port from 1 to 65535
 */
record TcpCheck(String host, int port) implements HealthCheck {

  TcpCheck {
    if (host.isBlank() || !host.strip().equals(host) || host.contains("/")) {
      throw new IllegalArgumentException("host (" + host + ") must be a name or an address");
    }
    Port.check(port);
  }

  @Override
  public HealthResult check(HealthTarget target) {
    Deadline deadline = Deadline.after(TimeSource.system(), target.timeout());
    try {
      Socket socket = Connection.open(host, port, deadline);
      socket.close();
      return HealthResult.healthy();
    } catch (IOException e) {
      return Connection.failed(e, where(), target.timeout());
    }
  }

  private String where() {
    return host.indexOf(':') < 0 ? host + ":" + port : "[" + host + "]:" + port;
  }

  @Override
  public String describe() {
    return "tcp " + where();
  }
}
