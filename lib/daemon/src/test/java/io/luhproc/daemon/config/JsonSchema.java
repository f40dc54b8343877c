package io.luhproc.daemon.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** A validator for the keywords of JSON Schema that our schema uses. Fails for any other one. */
final class JsonSchema {
  private static final Set<String> ANNOTATIONS =
      Set.of("$schema", "$id", "$defs", "title", "description", "then", "else");

  private final Map<String, Object> root;

  private JsonSchema(Map<String, Object> root) {
    this.root = root;
  }

  static JsonSchema parse(String text) {
    try (JsonParser json =
        JsonFactory.builder().build().createParser(ObjectReadContext.empty(), text)) {
      JsonToken ignored = json.nextToken();
      return new JsonSchema(object(value(json)));
    }
  }

  private static Object value(JsonParser json) {
    return switch (json.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = json.currentName();
          JsonToken ignored = json.nextToken();
          object.put(name, value(json));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<Object> array = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(json));
        }
        yield array;
      }
      case VALUE_STRING -> json.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> json.getDoubleValue();
    };
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> array(Object value) {
    return (List<Object>) value;
  }

  // Validation.

  boolean accepts(ConfigNode node) {
    return accepts(root, node);
  }

  private boolean accepts(Object schema, ConfigNode node) {
    if (schema instanceof Boolean all) {
      return all;
    }
    Map<String, Object> keywords = object(schema);
    return keywords.keySet().stream()
        .filter(it -> !ANNOTATIONS.contains(it))
        .allMatch(it -> accepts(keywords, it, keywords.get(it), node));
  }

  private boolean accepts(Map<String, Object> schema, String key, Object value, ConfigNode node) {
    return switch (key) {
      case "$ref" -> accepts(resolve(value), node);
      case "anyOf" -> array(value).stream().anyMatch(it -> accepts(it, node));
      case "oneOf" -> array(value).stream().filter(it -> accepts(it, node)).count() == 1;
      case "if" -> accepts(schema.get(accepts(value, node) ? "then" : "else"), node);
      case "type" ->
          value instanceof String name
              ? hasType(name, node)
              : array(value).stream().anyMatch(it -> hasType((String) it, node));
      case "enum" -> node instanceof ConfigNode.Scalar it && array(value).contains(it.value());
      case "pattern" ->
          !(text(node) instanceof String it) || Pattern.compile((String) value).matcher(it).find();
      case "minLength" -> !(text(node) instanceof String it) || it.length() >= (Double) value;
      case "minimum" -> !(number(node) instanceof Double it) || it >= (Double) value;
      case "maximum" -> !(number(node) instanceof Double it) || it <= (Double) value;
      case "items" ->
          !(node instanceof ConfigNode.Array it)
              || it.elements().stream().allMatch(element -> accepts(value, element));
      case "minItems" ->
          !(node instanceof ConfigNode.Array it) || it.elements().size() >= (Double) value;
      case "minProperties" ->
          !(node instanceof ConfigNode.Table it) || it.entries().size() >= (Double) value;
      case "required" ->
          !(node instanceof ConfigNode.Table it) || it.entries().keySet().containsAll(array(value));
      case "properties" -> acceptsProperties(object(value), node);
      case "additionalProperties" -> acceptsOthers(schema, value, node);
      default -> throw new AssertionError("keyword " + key + " is not supported here");
    };
  }

  private boolean acceptsProperties(Map<String, Object> properties, ConfigNode node) {
    return !(node instanceof ConfigNode.Table table)
        || table.entries().entrySet().stream()
            .filter(it -> properties.containsKey(it.getKey()))
            .allMatch(it -> accepts(properties.get(it.getKey()), it.getValue()));
  }

  private boolean acceptsOthers(Map<String, Object> schema, Object others, ConfigNode node) {
    Set<String> known = object(schema.getOrDefault("properties", Map.of())).keySet();
    return !(node instanceof ConfigNode.Table table)
        || table.entries().entrySet().stream()
            .filter(it -> !known.contains(it.getKey()))
            .allMatch(it -> accepts(others, it.getValue()));
  }

  private static boolean hasType(String type, ConfigNode node) {
    Object value = node instanceof ConfigNode.Scalar scalar ? scalar.value() : node;
    return switch (type) {
      case "object" -> value instanceof ConfigNode.Table;
      case "array" -> value instanceof ConfigNode.Array;
      case "string" -> value instanceof String;
      case "integer" -> value instanceof Long;
      case "number" -> value instanceof Number;
      case "boolean" -> value instanceof Boolean;
      default -> throw new AssertionError("type " + type + " is not supported here");
    };
  }

  private static Object text(ConfigNode node) {
    return node instanceof ConfigNode.Scalar scalar ? scalar.value() : node;
  }

  private static Object number(ConfigNode node) {
    return text(node) instanceof Number number ? (Object) number.doubleValue() : node;
  }

  private Object resolve(Object reference) {
    Object target = root;
    for (String part : ((String) reference).substring(2).split("/", -1)) {
      target = object(target).get(part);
    }
    return target;
  }

  // Keys.

  /** Returns the dotted names of all properties; {@code *} stands for any name. */
  Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    collectKeys("", root, keys);
    return keys;
  }

  private void collectKeys(String prefix, Object schema, Set<String> keys) {
    if (!(schema instanceof Map)) {
      return;
    }
    Map<String, Object> keywords = object(schema);
    if (keywords.containsKey("$ref")) {
      collectKeys(prefix, resolve(keywords.get("$ref")), keys);
    }
    for (String branch : List.of("then", "else", "items")) {
      collectKeys(prefix, keywords.get(branch), keys);
    }
    for (Object branch : array(keywords.getOrDefault("anyOf", List.of()))) {
      collectKeys(prefix, branch, keys);
    }
    object(keywords.getOrDefault("properties", Map.of()))
        .forEach(
            (name, child) -> {
              keys.add(prefix + name);
              collectKeys(prefix + name + ".", child, keys);
            });
    Object others = keywords.getOrDefault("additionalProperties", false);
    if (others instanceof Map && object(others).containsKey("$ref")) {
      keys.add(prefix + "*");
      collectKeys(prefix + "*.", others, keys);
    }
  }
}
