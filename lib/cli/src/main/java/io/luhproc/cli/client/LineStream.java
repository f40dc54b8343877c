package io.luhproc.cli.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Reads the lines of an answer as they come. Not thread-safe. */
public final class LineStream implements AutoCloseable {
  private static final Duration FOREVER = Duration.ofDays(365);

  private final StreamedBody body;
  private final Function<IOException, UnreachableException> failure;

  LineStream(StreamedBody body, Function<IOException, UnreachableException> failure) {
    this.body = body;
    this.failure = failure;
  }

  /**
   * Waits for the next line.
   *
   * @return empty if the daemon has ended the answer
   * @throws UnreachableException if the daemon has died
   */
  public Optional<String> next() {
    try {
      return body.readLine(FOREVER);
    } catch (IOException e) {
      throw failure.apply(e);
    }
  }

  /** Closes the connection. */
  @Override
  public void close() {
    body.close();
  }
}
