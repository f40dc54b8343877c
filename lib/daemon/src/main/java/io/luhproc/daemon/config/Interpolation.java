package io.luhproc.daemon.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces variables in the strings of a configuration.
 *
 * <p>{@code ${NAME}} is the value of an environment variable, which must be set; {@code
 * ${NAME:-default}} is the default if it is not set or empty. <code>$${</code> stands for <code>${
 * </code>. Any other {@code $} stands for itself, so {@code $HOME} is left to the shell.
 *
 * @param environment the variables
 */
record Interpolation(Map<String, String> environment) {
  /** {@code $NAME} or {@code $$}. */
  static final Pattern UNBRACED = Pattern.compile("\\$(?:\\$|([A-Za-z_][A-Za-z0-9_]*))");

  private static final Pattern REFERENCE =
      Pattern.compile(
          "\\$(?<escape>\\$)?\\{(?<name>[A-Za-z_][A-Za-z0-9_]*)?(?::-(?<default>[^}]*))?(?<end>})?");

  /** Returns the text with its variables replaced. Reports those that are not set. */
  String resolve(String text, Location location, Problems problems) {
    if (text.indexOf("${") < 0) {
      return text;
    }
    Matcher matcher = REFERENCE.matcher(text);
    StringBuilder resolved = new StringBuilder();
    while (matcher.find()) {
      matcher.appendReplacement(
          resolved, Matcher.quoteReplacement(replacement(matcher, location, problems)));
    }
    return matcher.appendTail(resolved).toString();
  }

  private String replacement(Matcher matcher, Location location, Problems problems) {
    if (matcher.group("escape") != null) {
      return matcher.group().substring(1);
    }
    String name = matcher.group("name");
    if (name == null || matcher.group("end") == null) {
      problems.error(
          location,
          "${ is no valid reference; write ${NAME}, ${NAME:-default}, or $${ for the characters");
      return "";
    }
    String value = environment.get(name);
    String fallback = matcher.group("default");
    if (fallback != null) {
      return value == null || value.isEmpty() ? fallback : value;
    }
    if (value == null) {
      problems.error(
          location,
          "variable "
              + name
              + " is not set; set it, write ${"
              + name
              + ":-default}, or $${"
              + name
              + "} to leave it to the shell");
      return "";
    }
    return value;
  }

  /** Returns this with {@code ***} for every value. */
  Interpolation masked() {
    Map<String, String> masked = new HashMap<>();
    environment.forEach((name, value) -> masked.put(name, value.isEmpty() ? "" : SecretMask.MASK));
    return new Interpolation(masked);
  }

  /** Returns a table with the variables in all strings replaced, to be read again. */
  ConfigNode.Table resolve(ConfigNode.Table table) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    table.entries().forEach((key, value) -> entries.put(key, resolve(value)));
    return new ConfigNode.Table(table.location(), entries);
  }

  private ConfigNode resolve(ConfigNode node) {
    if (node instanceof ConfigNode.Table table) {
      return resolve(table);
    }
    if (node instanceof ConfigNode.Array array) {
      return new ConfigNode.Array(
          array.location(), array.elements().stream().map(this::resolve).toList());
    }
    if (((ConfigNode.Scalar) node).value() instanceof String text) {
      // The problems were reported when the configuration was read.
      String resolved = resolve(text, node.location(), new Problems());
      return new ConfigNode.Scalar(node.location(), escape(resolved));
    }
    return node;
  }

  /** Returns a text that {@link #resolve} turns into a given one. */
  static String escape(String text) {
    return text.replace("${", "$${");
  }
}
