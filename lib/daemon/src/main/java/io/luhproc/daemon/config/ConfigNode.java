package io.luhproc.daemon.config;

import java.util.List;
import java.util.Map;

/** A value of a configuration file with its position. */
sealed interface ConfigNode {

  /** Returns the position of the key that the value belongs to, or else of the value. */
  Location location();

  /** Returns the type with its article, for messages. */
  String type();

  /**
   * A table.
   *
   * @param entries the values by key, in the order of the file
   */
  record Table(Location location, Map<String, ConfigNode> entries) implements ConfigNode {
    @Override
    public String type() {
      return "a table";
    }
  }

  /** An array. */
  record Array(Location location, List<ConfigNode> elements) implements ConfigNode {
    @Override
    public String type() {
      return "an array";
    }
  }

  /**
   * Any other value.
   *
   * @param value a {@code String}, {@code Long}, {@code Double}, {@code Boolean}, or a date or time
   */
  record Scalar(Location location, Object value) implements ConfigNode {
    @Override
    public String type() {
      if (value instanceof String) {
        return "a string";
      }
      if (value instanceof Long) {
        return "an integer";
      }
      if (value instanceof Double) {
        return "a float";
      }
      return value instanceof Boolean ? "a boolean" : "a date or time";
    }
  }
}
