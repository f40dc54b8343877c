package io.luhproc.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luhproc.kubernetes.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/** A recorded exchange with a server of version 1.20. */
public record Transcript(String request, Optional<String> requestBody, int status, String body) {

  /** Reads the exchange with a name. */
  public static Transcript read(String name) {
    try (InputStream in = Transcript.class.getResourceAsStream("/transcripts/" + name + ".txt")) {
      String text = new String(in.readAllBytes(), UTF_8);
      int head = text.indexOf("HTTP/1.1 ");
      String[] lines = text.substring(0, head).split("\n", -1);
      Optional<String> requestBody =
          lines.length > 2 ? Optional.of(lines[1].substring(2)) : Optional.empty();
      int status = Integer.parseInt(text.substring(head + 9, head + 12));
      String body = text.substring(text.indexOf("\n\n", head) + 2);
      return new Transcript(lines[0].substring(2), requestBody, status, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the body as JSON. */
  public Json json() {
    return Json.parse(body.getBytes(UTF_8));
  }

  /** Returns the only object of a list. */
  public Json item() {
    return json().at("items").items().get(0);
  }
}
