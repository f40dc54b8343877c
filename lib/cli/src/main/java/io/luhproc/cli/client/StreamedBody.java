package io.luhproc.cli.client;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The lines of an answer that has no end yet. Not thread-safe. */
final class StreamedBody implements AutoCloseable {
  // A line of a log is 64 KiB at most, and JSON escapes a byte with up to six.
  private static final int MAX_LINE = 4 << 20;
  private static final int MAX_PROBLEM = 64 << 10;

  private final HttpConnection connection;
  private final InputStream body;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  private StreamedBody(HttpConnection connection, InputStream body) {
    this.connection = connection;
    this.body = body;
  }

  /**
   * Reads the beginning of the answer.
   *
   * @throws RefusedRequestException if it is an error
   */
  static StreamedBody open(HttpConnection connection) throws IOException {
    HttpConnection.Answer answer = connection.readAnswer();
    if (answer.status() != 200) {
      byte[] problem = answer.body().readNBytes(MAX_PROBLEM);
      Reply ignored =
          new Reply(answer.status(), new String(problem, StandardCharsets.UTF_8)).orThrow();
      throw new IOException("the answer is no stream");
    }
    return new StreamedBody(connection, answer.body());
  }

  /**
   * Returns the next line; empty at the end. Keeps an unfinished line after a timeout.
   *
   * @throws HttpConnection.TimedOutException if it is not there in time
   */
  Optional<String> readLine(Duration timeout) throws IOException {
    connection.setDeadline(Deadline.after(TimeSource.system(), timeout));
    for (int b = body.read(); b != '\n'; b = body.read()) {
      if (b < 0) {
        return Optional.empty();
      }
      if (line.size() >= MAX_LINE) {
        throw new IOException("a line of the answer is too long");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }

  /** Returns whether bytes can be read without waiting. */
  boolean hasBufferedBytes() {
    return connection.hasBufferedBytes();
  }

  @Override
  public void close() {
    connection.close();
  }
}
