package io.luhproc.cli.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Reads the messages of an event stream. Not thread-safe. */
public final class EventStream implements AutoCloseable {
  // The daemon sends a comment every 15 s.
  private static final Duration MAX_SILENCE = Duration.ofSeconds(60);

  private final StreamedBody body;
  private final DaemonClient client;
  private String id = "";
  private String lastId;
  private String type = "";
  private StringBuilder data = new StringBuilder();

  EventStream(StreamedBody body, DaemonClient client, String lastId) {
    this.body = body;
    this.client = client;
    this.lastId = lastId;
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
      throw client.unreachable(e);
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
      while (isOpen && body.hasBufferedBytes()) {
        isOpen = readMessage(timeout).isPresent();
      }
      return isOpen;
    } catch (HttpConnection.TimedOutException expected) {
      return true;
    } catch (IOException e) {
      throw client.unreachable(e);
    }
  }

  /** Reads up to an empty line. A message without data is a comment. */
  private Optional<ServerEvent> readMessage(Duration timeout) throws IOException {
    while (true) {
      Optional<String> next = body.readLine(timeout);
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
    // Not before: a message that was cut is sent again.
    lastId = id.isEmpty() ? lastId : id;
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

  /** Returns the id of the last message, or the one after which the stream began. */
  String lastId() {
    return lastId;
  }

  /** Closes the connection. */
  @Override
  public void close() {
    body.close();
  }
}
