package io.luhproc.cli.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A request that was sent, and whose answer has not been read. */
public final class PendingReply implements AutoCloseable {
  // More than 100 000 services, or 10 000 lines of a log of 6 KB each.
  private static final int MAX_BODY = 64 << 20;

  private final HttpConnection connection;
  private final DaemonClient client;

  PendingReply(HttpConnection connection, DaemonClient client) {
    this.connection = connection;
    this.client = client;
  }

  /**
   * Waits for the answer and closes the connection.
   *
   * @throws RefusedRequestException if it is an error
   * @throws UnreachableException if there is none in time
   */
  public Reply await() {
    try (this) {
      HttpConnection.Answer answer = connection.readAnswer();
      byte[] body = answer.body().readNBytes(MAX_BODY);
      return new Reply(answer.status(), new String(body, StandardCharsets.UTF_8)).orThrow();
    } catch (IOException e) {
      throw client.unreachable(e);
    }
  }

  /** Closes the connection. The daemon performs the request all the same. */
  @Override
  public void close() {
    connection.close();
  }
}
