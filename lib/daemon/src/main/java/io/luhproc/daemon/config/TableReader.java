package io.luhproc.daemon.config;

import io.luhproc.process.Signal;
import io.luhproc.time.DurationAndSizeFormat;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;

/**
 * Reads the values of one table and reports those with a wrong type.
 *
 * <p>Every key that is asked for is known. {@link #reportUnknownKeys()} reports all others.
 */
final class TableReader {
  private final ConfigNode.Table table;
  private final String name;
  private final ReadContext context;
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * Creates a reader.
   *
   * @param name the dotted name of the table, such as {@code services.web}; empty for the top level
   */
  TableReader(ConfigNode.Table table, String name, ReadContext context) {
    this.table = table;
    this.name = name;
    this.context = context;
  }

  ConfigNode.Table node() {
    return table;
  }

  Location location() {
    return table.location();
  }

  /** Returns the name of the table as in its header. */
  String title() {
    return name.isEmpty() ? "the file" : "[" + name + "]";
  }

  /** Returns the keys of the table. */
  Set<String> keys() {
    return table.entries().keySet();
  }

  boolean has(String key) {
    recordKey(key);
    return table.entries().containsKey(key);
  }

  /** Makes keys known that have no effect. */
  void ignoreKeys(String... keys) {
    known.addAll(List.of(keys));
  }

  /** Returns the position of a key, or of the table if it has no such key. */
  Location locationOf(String key) {
    ConfigNode node = table.entries().get(key);
    return node == null ? table.location() : node.location();
  }

  void error(String key, String message) {
    context.problems().error(locationOf(key), message);
  }

  void warn(String key, String message) {
    context.problems().warn(locationOf(key), message);
  }

  private void recordKey(String key) {
    known.add(key);
    context.keys().add(dotted(key));
  }

  private String dotted(String key) {
    return name.isEmpty() ? key : name + "." + key;
  }

  private Optional<ConfigNode> find(String key) {
    recordKey(key);
    return Optional.ofNullable(table.entries().get(key));
  }

  private <T> Optional<T> wrongType(String key, ConfigNode node, String expected) {
    context
        .problems()
        .error(node.location(), key + " must be " + expected + ", not " + node.type());
    return Optional.empty();
  }

  private <T> Optional<T> invalid(String key, ConfigNode node, String message) {
    context.problems().error(node.location(), key + ": " + message);
    return Optional.empty();
  }

  private String resolve(String text, Location location) {
    return context.interpolation().resolve(text, location, context.problems());
  }

  Optional<String> string(String key) {
    return find(key).flatMap(node -> asString(key, node));
  }

  private Optional<String> asString(String key, ConfigNode node) {
    return node instanceof ConfigNode.Scalar scalar && scalar.value() instanceof String text
        ? Optional.of(resolve(text, node.location()))
        : wrongType(key, node, "a string");
  }

  /** Returns a string, or the text of an integer. */
  Optional<String> text(String key) {
    return find(key)
        .flatMap(
            node ->
                node instanceof ConfigNode.Scalar scalar && scalar.value() instanceof Long number
                    ? Optional.of(number.toString())
                    : asString(key, node));
  }

  /** Returns a path, relative to the folder of the file. */
  Optional<Path> path(String key) {
    return string(key).map(text -> resolvePath(locationOf(key).file(), text));
  }

  private static Path resolvePath(Path file, String text) {
    return file.toAbsolutePath().resolveSibling(text).normalize();
  }

  Optional<Boolean> bool(String key) {
    return find(key)
        .flatMap(
            node ->
                node instanceof ConfigNode.Scalar scalar && scalar.value() instanceof Boolean value
                    ? Optional.of(value)
                    : wrongType(key, node, "true or false"));
  }

  /**
   * Returns a boolean, also one of YAML 1.1 ({@code yes}, {@code on}, {@code y} and their
   * opposites), which in YAML 1.2 is a string. Programs in Go accept both.
   */
  Optional<Boolean> yamlBool(String key) {
    return find(key)
        .flatMap(
            node ->
                node instanceof ConfigNode.Scalar scalar && scalar.value() instanceof String text
                    ? parseYamlBool(text).or(() -> wrongType(key, node, "true or false"))
                    : bool(key));
  }

  private static Optional<Boolean> parseYamlBool(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "y", "yes", "on" -> Optional.of(true);
      case "n", "no", "off" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  Optional<Integer> integer(String key) {
    return find(key)
        .flatMap(
            node ->
                node instanceof ConfigNode.Scalar scalar
                        && scalar.value() instanceof Long value
                        && value == (int) value.longValue()
                    ? Optional.of((int) value.longValue())
                    : wrongType(key, node, "an integer"));
  }

  Optional<Double> number(String key) {
    return find(key)
        .flatMap(
            node ->
                node instanceof ConfigNode.Scalar scalar && scalar.value() instanceof Number value
                    ? Optional.of(value.doubleValue())
                    : wrongType(key, node, "a number"));
  }

  /** Returns a duration: a string such as {@code "10s"}, or a number of seconds. */
  Optional<Duration> duration(String key) {
    return find(key).flatMap(node -> asDuration(key, node));
  }

  private Optional<Duration> asDuration(String key, ConfigNode node) {
    if (node instanceof ConfigNode.Scalar scalar) {
      try {
        if (scalar.value() instanceof String text) {
          return Optional.of(DurationAndSizeFormat.parseDuration(resolve(text, node.location())));
        }
        if (scalar.value() instanceof Number number) {
          String seconds = new BigDecimal(number.toString()).toPlainString();
          return Optional.of(DurationAndSizeFormat.parseDuration(seconds + "s"));
        }
      } catch (IllegalArgumentException e) {
        return invalid(key, node, String.valueOf(e.getMessage()));
      }
    }
    return wrongType(key, node, "a duration such as \"10s\", or a number of seconds");
  }

  /** Returns a duration given as a number of milliseconds. */
  Optional<Duration> millis(String key) {
    return integer(key).map(Duration::ofMillis);
  }

  /** Returns a number of bytes: a string such as {@code "64MiB"}, or an integer. */
  Optional<Long> size(String key) {
    return find(key).flatMap(node -> asSize(key, node));
  }

  private Optional<Long> asSize(String key, ConfigNode node) {
    if (node instanceof ConfigNode.Scalar scalar) {
      if (scalar.value() instanceof Long bytes) {
        return Optional.of(bytes);
      }
      if (scalar.value() instanceof String text) {
        try {
          return Optional.of(DurationAndSizeFormat.parseSize(resolve(text, node.location())));
        } catch (IllegalArgumentException e) {
          return invalid(key, node, String.valueOf(e.getMessage()));
        }
      }
    }
    return wrongType(key, node, "a size such as \"64MiB\", or a number of bytes");
  }

  Optional<Signal> signal(String key) {
    Optional<String> text = string(key);
    try {
      return text.map(Signal::parse);
    } catch (IllegalArgumentException e) {
      error(key, key + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Returns a constant of an enum, written in lower case with {@code -} or {@code _}. */
  <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
    Optional<String> text = string(key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    List<String> choices = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      String choice = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (text.get().toLowerCase(Locale.ROOT).replace('_', '-').equals(choice)) {
        return Optional.of(constant);
      }
      choices.add(choice);
    }
    error(key, key + " (" + text.get() + ") must be one of " + String.join(", ", choices));
    return Optional.empty();
  }

  /** Returns an array of strings. A single string is an array of one. */
  Optional<List<String>> strings(String key) {
    return find(key).map(node -> asStrings(key, node));
  }

  private List<String> asStrings(String key, ConfigNode node) {
    List<String> strings = new ArrayList<>();
    if (node instanceof ConfigNode.Array array) {
      for (ConfigNode element : array.elements()) {
        asString("each element of " + key, element).ifPresent(strings::add);
      }
    } else {
      asString(key, node).ifPresent(strings::add);
    }
    return strings;
  }

  /** Returns whether the value of a key is an array. */
  boolean isArray(String key) {
    return find(key).filter(ConfigNode.Array.class::isInstance).isPresent();
  }

  /** Returns whether the value of a key is a table. */
  boolean isTable(String key) {
    return find(key).filter(ConfigNode.Table.class::isInstance).isPresent();
  }

  /** Returns an array of integers. */
  Optional<List<Integer>> integers(String key) {
    return find(key).flatMap(node -> asIntegers(key, node));
  }

  private Optional<List<Integer>> asIntegers(String key, ConfigNode node) {
    if (!(node instanceof ConfigNode.Array array)) {
      return wrongType(key, node, "an array of integers");
    }
    List<Integer> integers = new ArrayList<>();
    for (ConfigNode element : array.elements()) {
      if (element instanceof ConfigNode.Scalar scalar && scalar.value() instanceof Long value) {
        integers.add((int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value)));
      } else {
        return wrongType("each element of " + key, element, "an integer");
      }
    }
    return Optional.of(integers);
  }

  /** Returns a table of strings; numbers and booleans count as their text. */
  Map<String, String> variables(String key) {
    Optional<ConfigNode> node = find(key);
    Map<String, String> variables = new LinkedHashMap<>();
    if (node.isEmpty()) {
      return variables;
    }
    if (!(node.get() instanceof ConfigNode.Table values)) {
      Optional<Object> ignored = wrongType(key, node.get(), "a table of strings");
      return variables;
    }
    for (Map.Entry<String, ConfigNode> entry : values.entries().entrySet()) {
      if (entry.getValue() instanceof ConfigNode.Scalar scalar) {
        String text = scalar.value().toString();
        variables.put(entry.getKey(), resolve(text, scalar.location()));
      } else {
        Optional<Object> ignored =
            wrongType(key + "." + entry.getKey(), entry.getValue(), "a string");
      }
    }
    return variables;
  }

  /**
   * Returns a text in which {@code $NAME} is replaced, too, as other programs do. A variable that
   * is not set is a warning and counts as empty.
   */
  String expand(String key, String text) {
    return Interpolation.UNBRACED.matcher(text).replaceAll(match -> variable(key, match));
  }

  private String variable(String key, MatchResult match) {
    if (match.group(1) == null) {
      return "\\$";
    }
    String value = context.interpolation().environment().get(match.group(1));
    if (value == null) {
      warn(key, "variable " + match.group(1) + " of " + key + " is not set and counts as empty");
    }
    return Matcher.quoteReplacement(value == null ? "" : value);
  }

  /** Returns the reader of a table within this one. */
  Optional<TableReader> table(String key) {
    return find(key).flatMap(node -> asTable(key, node));
  }

  private Optional<TableReader> asTable(String key, ConfigNode node) {
    return node instanceof ConfigNode.Table child
        ? Optional.of(new TableReader(child, dotted(key), context))
        : wrongType(key, node, "a table");
  }

  /** Returns the readers of an array of tables. */
  List<TableReader> tables(String key) {
    List<TableReader> readers = new ArrayList<>();
    Optional<ConfigNode> node = find(key);
    if (node.isPresent()) {
      if (node.get() instanceof ConfigNode.Array array) {
        for (ConfigNode element : array.elements()) {
          asTable(key, element).ifPresent(readers::add);
        }
      } else {
        Optional<Object> ignored = wrongType(key, node.get(), "an array of tables");
      }
    }
    return readers;
  }

  /**
   * Changes a value by a key, if it is present. An {@link IllegalArgumentException} of the change
   * becomes a problem at the key.
   *
   * @param read reads the key, such as {@code reader::duration}
   * @param target the value to change
   * @param change returns the changed value
   */
  <T, V> V apply(
      String key,
      Function<String, Optional<T>> read,
      V target,
      BiFunction<? super V, ? super T, ? extends V> change) {
    Optional<T> value = read.apply(key);
    if (value.isEmpty()) {
      return target;
    }
    try {
      return change.apply(target, value.get());
    } catch (IllegalArgumentException e) {
      error(key, key + ": " + e.getMessage());
      return target;
    }
  }

  /** Reports the keys that were not asked for as warnings. For the formats of other programs. */
  void warnUnusedKeys() {
    for (String key : table.entries().keySet()) {
      if (!known.contains(key)) {
        warn(key, "key " + key + " of " + title() + " is not used: it has no counterpart");
      }
    }
  }

  /** Reports the keys that were not asked for, each with the nearest known key. */
  void reportUnknownKeys() {
    for (Map.Entry<String, ConfigNode> entry : table.entries().entrySet()) {
      if (!known.contains(entry.getKey())) {
        String hint =
            NearestName.question(entry.getKey(), known)
                .orElse("; known keys: " + String.join(", ", known));
        context
            .problems()
            .error(
                entry.getValue().location(),
                "key " + entry.getKey() + " of " + title() + " is unknown" + hint);
      }
    }
  }
}
