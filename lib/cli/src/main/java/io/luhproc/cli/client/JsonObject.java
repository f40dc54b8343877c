package io.luhproc.cli.client;

import io.luhproc.time.InstantFormat;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the properties of a JSON object. A property that is missing, null or of another type is
 * empty, so that the client works with an older or a newer daemon.
 *
 * @param values the properties, see {@link Json}
 */
record JsonObject(Map<?, ?> values) {

  /** Returns the objects in an array; empty if the value is no array. */
  static List<JsonObject> listOf(Object value) {
    List<JsonObject> objects = new ArrayList<>();
    if (value instanceof List<?> array) {
      for (Object element : array) {
        if (element instanceof Map<?, ?> object) {
          objects.add(new JsonObject(object));
        }
      }
    }
    return objects;
  }

  Optional<String> text(String property) {
    return values.get(property) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  Optional<BigDecimal> number(String property) {
    return values.get(property) instanceof BigDecimal number
        ? Optional.of(number)
        : Optional.empty();
  }

  // No lambda on the way of status: the first one loads 150 classes.

  Optional<Long> longNumber(String property) {
    Optional<BigDecimal> number = number(property);
    return number.isPresent() ? Optional.of(number.get().longValue()) : Optional.empty();
  }

  Optional<Integer> integer(String property) {
    Optional<BigDecimal> number = number(property);
    return number.isPresent() ? Optional.of(number.get().intValue()) : Optional.empty();
  }

  boolean flag(String property) {
    return Boolean.TRUE.equals(values.get(property));
  }

  Optional<Instant> time(String property) {
    try {
      return values.get(property) instanceof String text
          ? Optional.of(InstantFormat.parse(text))
          : Optional.empty();
    } catch (DateTimeException expected) {
      return Optional.empty();
    }
  }

  List<String> texts(String property) {
    List<String> texts = new ArrayList<>();
    if (values.get(property) instanceof List<?> array) {
      for (Object element : array) {
        texts.add(String.valueOf(element));
      }
    }
    return texts;
  }

  Optional<JsonObject> object(String property) {
    return values.get(property) instanceof Map<?, ?> object
        ? Optional.of(new JsonObject(object))
        : Optional.empty();
  }

  List<JsonObject> objects(String property) {
    Object value = values.get(property);
    return value == null ? List.of() : listOf(value);
  }
}
