package io.luhproc.daemon.config;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Writes tables as TOML. Each table that a file defines follows a comment with its position. */
final class TomlText {
  private static final Pattern BARE_KEY = Pattern.compile("[A-Za-z0-9_-]+");

  private final StringBuilder text = new StringBuilder();

  private TomlText() {}

  /** Returns the text of a top-level table. */
  static String of(ConfigNode.Table root) {
    TomlText toml = new TomlText();
    toml.writeTable("", root, Optional.empty());
    return toml.text.toString();
  }

  /** Writes the values of a table and then the tables in it, as TOML demands. */
  private void writeTable(String name, ConfigNode.Table table, Optional<Location> parent) {
    boolean hasValues =
        table.entries().values().stream().anyMatch(it -> !(it instanceof ConfigNode.Table));
    if (!name.isEmpty() && (hasValues || table.entries().isEmpty())) {
      writeHeader(name, table.location(), parent);
    }
    for (Map.Entry<String, ConfigNode> entry : table.entries().entrySet()) {
      if (!(entry.getValue() instanceof ConfigNode.Table)) {
        text.append(key(entry.getKey())).append(" = ");
        writeValue(entry.getValue());
        text.append('\n');
      }
    }
    for (Map.Entry<String, ConfigNode> entry : table.entries().entrySet()) {
      if (entry.getValue() instanceof ConfigNode.Table child) {
        String dotted = name.isEmpty() ? key(entry.getKey()) : name + "." + key(entry.getKey());
        writeTable(dotted, child, Optional.of(table.location()));
      }
    }
  }

  private void writeHeader(String name, Location location, Optional<Location> parent) {
    text.append(text.length() == 0 ? "" : "\n");
    Optional<Path> parentFile = parent.map(Location::file);
    boolean isTop = name.indexOf('.') == name.lastIndexOf('.');
    if (isTop || !parentFile.equals(Optional.of(location.file()))) {
      // A path with a line feed must not begin a line of TOML.
      text.append("# ").append(quote(location.toString()).replaceAll("^\"|\"$", "")).append('\n');
    }
    text.append('[').append(name).append("]\n");
  }

  private void writeValue(ConfigNode node) {
    if (node instanceof ConfigNode.Scalar scalar) {
      text.append(scalar(scalar.value()));
    } else if (node instanceof ConfigNode.Array array) {
      String separator = "[";
      for (ConfigNode element : array.elements()) {
        text.append(separator);
        writeValue(element);
        separator = ", ";
      }
      text.append(array.elements().isEmpty() ? "[]" : "]");
    } else {
      String separator = "{ ";
      for (Map.Entry<String, ConfigNode> entry : ((ConfigNode.Table) node).entries().entrySet()) {
        text.append(separator).append(key(entry.getKey())).append(" = ");
        writeValue(entry.getValue());
        separator = ", ";
      }
      text.append(separator.equals("{ ") ? "{}" : " }");
    }
  }

  private static String scalar(Object value) {
    if (value instanceof String string) {
      return quote(string);
    }
    if (value instanceof Double number && (number.isNaN() || number.isInfinite())) {
      return number.isNaN() ? "nan" : number > 0 ? "inf" : "-inf";
    }
    return value.toString();
  }

  private static String key(String key) {
    return BARE_KEY.matcher(key).matches() ? key : quote(key);
  }

  private static String quote(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        case '\r' -> quoted.append("\\r");
        default -> {
          if (Character.isISOControl(c)) {
            quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
