package io.luhproc.kubernetes.client;

import io.luhproc.kubernetes.client.ApiException.Kind;
import io.luhproc.kubernetes.json.Json;
import java.time.Duration;
import java.util.Optional;

/** The changes of a list, as they happen. Used by one thread; closed by any. */
public final class Watch implements AutoCloseable {
  private final String request;
  private final LineStream lines;

  Watch(String request, LineStream lines) {
    this.request = request;
    this.lines = lines;
  }

  /**
   * A change.
   *
   * @param type {@code ADDED}, {@code MODIFIED}, {@code DELETED} or {@code BOOKMARK}
   * @param object the object after the change; before it if it was deleted; of a bookmark only the
   *     version
   */
  public record Change(String type, Json object) {
    /** Returns the version from which a later watch goes on. */
    public String version() {
      return object.at("metadata", "resourceVersion").textOrEmpty();
    }
  }

  /**
   * Waits for the next change.
   *
   * @param silence how long nothing may arrive
   * @return empty if the server ended the watch, or nothing arrived in time: watch again from the
   *     last version
   * @throws ApiException of kind {@code EXPIRED} if the version is too old: list again; of another
   *     kind if the connection breaks
   * @throws InterruptedException if the thread is interrupted
   */
  public Optional<Change> next(Duration silence) throws InterruptedException {
    LineStream.Next next = lines.next(silence);
    if (next.state() != LineStream.State.LINE) {
      return Optional.empty();
    }
    Json event = parse(next);
    String type = event.at("type").textOrEmpty();
    if (type.equals("ERROR")) {
      throw ResponseError.ofStatus(request, event.at("object"));
    }
    return Optional.of(new Change(type, event.at("object")));
  }

  private Json parse(LineStream.Next line) {
    try {
      Json event = Json.parse(line.text());
      if (event.at("object").isObject()) {
        return event;
      }
    } catch (IllegalArgumentException expected) {
      // A line that breaks off, or a piece of one that is too long.
    }
    throw new ApiException(
        Kind.BAD_RESPONSE, "cannot " + request + ": a line is not an event", null);
  }

  @Override
  public void close() {
    lines.close();
  }
}
