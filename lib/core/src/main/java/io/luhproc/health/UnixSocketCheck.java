package io.luhproc.health;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Checks that a Unix domain socket accepts a connection.
 *
 * @param socket the path of the socket
 */
record UnixSocketCheck(Path socket) implements HealthCheck {

  @Override
  public HealthResult check(CheckContext context) {
    try {
      UnixConnection.connect(context.workingDirectory().resolve(socket)).close();
      return HealthResult.healthy();
    } catch (IOException e) {
      return DeadlineSocket.failureResult(e, socket.toString(), context.timeout());
    }
  }

  @Override
  public String describe() {
    return "unix " + socket;
  }
}
