package io.luhproc.daemon.ship;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Decodes the body of a request. */
final class ShippedEvents {
  private static final JsonFactory FACTORY = JsonFactory.builder().build();

  private ShippedEvents() {}

  static String unzip(byte[] body) {
    try (GZIPInputStream bytes = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return new String(bytes.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the properties of each event of an ndjson body. */
  static List<Map<String, String>> parse(byte[] body) {
    List<Map<String, String>> events = new ArrayList<>();
    for (String line : unzip(body).lines().toList()) {
      Map<String, String> event = new LinkedHashMap<>();
      try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), line)) {
        JsonToken ignored = json.nextToken();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = json.currentName();
          JsonToken value = json.nextToken();
          event.put(name, value == JsonToken.VALUE_STRING ? json.getString() : value.toString());
        }
      }
      events.add(event);
    }
    return events;
  }

  static List<String> messages(byte[] body) {
    return parse(body).stream().map(it -> it.getOrDefault("message", "")).toList();
  }
}
