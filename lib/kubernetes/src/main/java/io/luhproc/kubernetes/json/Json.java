package io.luhproc.kubernetes.json;

import java.io.StringWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON value, or a missing one. Reading a property of a missing value, or of one of another type,
 * gives a missing value, so objects of older and newer servers are read alike.
 *
 * @param value a {@code Map}, {@code List}, {@code String}, {@code Number} or {@code Boolean}; null
 *     if it is missing or {@code null}
 */
public record Json(@Nullable Object value) {
  private static final Json MISSING = new Json(null);
  private static final JsonFactory FACTORY = JsonFactory.builder().build();
  // Half of each object of the API server; nothing in it is of use here.
  private static final String IGNORED_PROPERTY = "managedFields";

  /**
   * Parses one value. The properties {@code managedFields} are left out.
   *
   * @param utf8 the text
   * @throws IllegalArgumentException if it is not JSON, or is nested more than 500 levels deep; the
   *     message has no part of the text
   */
  public static Json parse(byte[] utf8) {
    return parse(FACTORY.createParser(ObjectReadContext.empty(), utf8, 0, utf8.length));
  }

  /**
   * Parses one value, see {@link #parse(byte[])}.
   *
   * @throws IllegalArgumentException if it is not JSON
   */
  public static Json parse(String text) {
    return parse(FACTORY.createParser(ObjectReadContext.empty(), text));
  }

  private static Json parse(JsonParser source) {
    try (JsonParser parser = source) {
      Object value = read(parser, parser.nextToken());
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("more than one JSON value");
      }
      return new Json(value);
    } catch (JacksonException e) {
      // No cause: its message quotes the text, which may be secret.
      TokenStreamLocation at = e.getLocation();
      String position =
          at == null ? "" : " in line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw new IllegalArgumentException("not JSON" + position);
    }
  }

  private static @Nullable Object read(JsonParser parser, @Nullable JsonToken token) {
    if (token == null) {
      throw new IllegalArgumentException("no JSON value");
    }
    return switch (token) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> readArray(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static Map<String, @Nullable Object> readObject(JsonParser parser) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (name.equals(IGNORED_PROPERTY)) {
        JsonParser ignored = parser.skipChildren();
      } else {
        object.put(name, read(parser, token));
      }
    }
    return object;
  }

  private static List<@Nullable Object> readArray(JsonParser parser) {
    List<@Nullable Object> array = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      array.add(read(parser, token));
    }
    return array;
  }

  /** Returns a property; a path of names goes down. */
  public Json at(String... path) {
    Object at = value;
    for (String name : path) {
      at = at instanceof Map<?, ?> object ? object.get(name) : null;
    }
    return at == null ? MISSING : new Json(at);
  }

  /** Returns whether there is no value. */
  public boolean isMissing() {
    return value == null;
  }

  /** Returns whether the value is an object. */
  public boolean isObject() {
    return value instanceof Map;
  }

  /** Returns a string; empty if the value is none. */
  public Optional<String> text() {
    return value instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /** Returns a string; {@code ""} if the value is none. */
  public String textOrEmpty() {
    return value instanceof String text ? text : "";
  }

  /** Returns whether the value is this string. */
  public boolean is(String text) {
    return text.equals(value);
  }

  /** Returns whether the value is {@code true}. */
  public boolean isTrue() {
    return Boolean.TRUE.equals(value);
  }

  /** Returns a number; empty if the value is none. */
  public OptionalInt integer() {
    return value instanceof Number number ? OptionalInt.of(number.intValue()) : OptionalInt.empty();
  }

  /** Returns a time in ISO 8601; empty if the value is none. */
  public Optional<Instant> time() {
    try {
      return value instanceof String text ? Optional.of(Instant.parse(text)) : Optional.empty();
    } catch (DateTimeException expected) {
      return Optional.empty();
    }
  }

  /** Returns the elements of an array; empty if the value is none. */
  public List<Json> items() {
    if (!(value instanceof List<?> array)) {
      return List.of();
    }
    List<Json> items = new ArrayList<>(array.size());
    array.forEach(item -> items.add(new Json(item)));
    return items;
  }

  /** Returns the first object of an array whose property {@code name} or {@code type} is a text. */
  public Json itemNamed(String property, String text) {
    for (Json item : items()) {
      if (item.at(property).is(text)) {
        return item;
      }
    }
    return MISSING;
  }

  /** Returns the value as JSON in one line. */
  public static String write(Object value) {
    StringWriter out = new StringWriter(1024);
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      write(value, json);
    }
    return out.toString();
  }

  private static void write(@Nullable Object value, JsonGenerator json) {
    if (value instanceof Json node) {
      write(node.value, json);
    } else if (value instanceof Map<?, ?> object) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : object.entrySet()) {
        json.writeName(String.valueOf(entry.getKey()));
        write(entry.getValue(), json);
      }
      json.writeEndObject();
    } else if (value instanceof List<?> array) {
      json.writeStartArray();
      for (Object element : array) {
        write(element, json);
      }
      json.writeEndArray();
    } else if (value instanceof Number || value instanceof Boolean) {
      json.writeRawValue(value.toString());
    } else if (value == null) {
      json.writeNull();
    } else {
      json.writeString(value.toString());
    }
  }

  /** Returns the kind of value, because a value may be secret. */
  @Override
  public String toString() {
    return value == null ? "Json[missing]" : "Json[" + value.getClass().getSimpleName() + "]";
  }
}
