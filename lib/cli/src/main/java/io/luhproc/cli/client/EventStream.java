package io.luhproc.cli.client;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Reads the messages of an event stream. Not thread-safe. */
public final class EventStream implements AutoCloseable {
  // The daemon sends a comment every 15 s.
  private static final Duration MAX_SILENCE = Duration.ofSeconds(60);
  private static final int MAX_LINE = 4 << 20;

  private final HttpConnection connection;
  private final InputStream body;
  private final Function<IOException, UnreachableException> failure;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private String id = "";
  private String type = "";
  private StringBuilder data = new StringBuilder();

  private EventStream(
      HttpConnection connection,
      InputStream body,
      Function<IOException, UnreachableException> failure) {
    this.connection = connection;
    this.body = body;
    this.failure = failure;
  }

  /**
   * Reads the beginning of the answer, which the daemon sends after it has registered the stream.
   */
  static EventStream open(
      HttpConnection connection, Function<IOException, UnreachableException> failure)
      throws IOException {
    HttpConnection.Answer answer = connection.readAnswer();
    if (answer.status() != 200) {
      byte[] body = answer.body().readNBytes(1 << 16);
      Reply ignored =
          new Reply(answer.status(), new String(body, StandardCharsets.UTF_8)).orThrow();
      throw new IOException("the answer is no event stream");
    }
    return new EventStream(connection, answer.body(), failure);
  }

  /**
   * Waits for the next message.
   *
   * @return empty if the daemon has ended the stream
   * @throws UnreachableException if the daemon has died or sends nothing for 60 s
   */
  public Optional<ServerEvent> next() {
    try {
      while (true) {
        Optional<ServerEvent> event = readMessage(MAX_SILENCE);
        if (event.isEmpty() || !event.get().data().isEmpty()) {
          return event;
        }
      }
    } catch (IOException e) {
      throw failure.apply(e);
    }
  }

  /**
   * Waits for the next message or comment, at most for a time. Skips the messages that have been
   * received with it.
   *
   * @return whether the stream is open
   * @throws UnreachableException if the daemon has died
   */
  public boolean awaitChange(Duration timeout) {
    try {
      boolean isOpen = readMessage(timeout).isPresent();
      while (isOpen && connection.hasBufferedBytes()) {
        isOpen = readMessage(timeout).isPresent();
      }
      return isOpen;
    } catch (HttpConnection.TimedOutException expected) {
      return true;
    } catch (IOException e) {
      throw failure.apply(e);
    }
  }

  /** Reads up to an empty line. A message without data is a comment. */
  private Optional<ServerEvent> readMessage(Duration timeout) throws IOException {
    while (true) {
      connection.setDeadline(Deadline.after(TimeSource.system(), timeout));
      Optional<String> next = readLine();
      if (next.isEmpty()) {
        return Optional.empty();
      }
      if (next.get().isEmpty()) {
        return Optional.of(takeMessage());
      }
      addField(next.get());
    }
  }

  private ServerEvent takeMessage() {
    ServerEvent event = new ServerEvent(id, type.isEmpty() ? "message" : type, data.toString());
    type = "";
    data = new StringBuilder();
    return event;
  }

  private void addField(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String value = colon < 0 ? "" : text.substring(colon + 1).replaceFirst("^ ", "");
    switch (name) {
      case "id" -> id = value;
      case "event" -> type = value;
      case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
      default -> {} // A comment has no name.
    }
  }

  /** Returns the next line; empty at the end. Keeps an unfinished line after a timeout. */
  private Optional<String> readLine() throws IOException {
    for (int b = body.read(); b != '\n'; b = body.read()) {
      if (b < 0) {
        return Optional.empty();
      }
      if (line.size() >= MAX_LINE) {
        throw new IOException("a line of the stream is too long");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    return Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }

  /** Closes the connection. */
  @Override
  public void close() {
    connection.close();
  }
}
