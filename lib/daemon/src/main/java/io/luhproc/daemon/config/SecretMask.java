package io.luhproc.daemon.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Replaces what looks like a secret by {@code ***}. */
final class SecretMask {
  /** Stands for a masked value. */
  static final String MASK = "***";

  private static final Set<String> VARIABLE_TABLES = Set.of("env", "environment");
  private static final Set<String> SECRET_TABLES = Set.of("headers");
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "(?i).*(passw|passphrase|pwd|secret|token|credential|private|auth|cookie|session"
              + "|signature|salt|api_?key|_key$|^key$|dsn).*");
  private static final Pattern SECRET_VALUE =
      Pattern.compile(
          "(?is).*(-----BEGIN|\\bbearer |\\bbasic [a-z0-9+/=]{8}|(password|passwd|pwd|secret|token"
              + "|api_?key)\\s*[=:]).*");
  // Long and with both letters and digits, such as a hash or a key.
  private static final Pattern RANDOM_VALUE =
      Pattern.compile("(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9+=_-]{24,}");
  // In postgres://user:password@host.
  private static final Pattern URL_PASSWORD = Pattern.compile("(?<=://)([^\\s/@]*):[^\\s/@]+@");

  private SecretMask() {}

  /**
   * Returns a table with masked values of environment variables whose name or value looks like a
   * secret, of all HTTP headers, and of the passwords in URLs.
   */
  static ConfigNode.Table mask(ConfigNode.Table table) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    for (Map.Entry<String, ConfigNode> entry : table.entries().entrySet()) {
      entries.put(entry.getKey(), mask(entry.getKey(), entry.getValue()));
    }
    return new ConfigNode.Table(table.location(), entries);
  }

  private static ConfigNode mask(String key, ConfigNode node) {
    if (node instanceof ConfigNode.Table table) {
      boolean all = SECRET_TABLES.contains(key);
      return all || VARIABLE_TABLES.contains(key) ? maskVariables(table, all) : mask(table);
    }
    if (node instanceof ConfigNode.Array array) {
      boolean variables = VARIABLE_TABLES.contains(key);
      return new ConfigNode.Array(
          array.location(),
          array.elements().stream()
              .map(it -> variables ? maskAssignment(it) : mask("", it))
              .toList());
    }
    return maskUrl((ConfigNode.Scalar) node);
  }

  private static ConfigNode.Table maskVariables(ConfigNode.Table table, boolean all) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    for (Map.Entry<String, ConfigNode> entry : table.entries().entrySet()) {
      ConfigNode value = entry.getValue();
      boolean secret =
          all
              || SECRET_NAME.matcher(entry.getKey()).matches()
              || (value instanceof ConfigNode.Scalar scalar && looksSecret(scalar.value()));
      entries.put(
          entry.getKey(),
          secret ? new ConfigNode.Scalar(value.location(), MASK) : mask(entry.getKey(), value));
    }
    return new ConfigNode.Table(table.location(), entries);
  }

  /** Masks an element {@code NAME=VALUE}. */
  private static ConfigNode maskAssignment(ConfigNode node) {
    if (!(node instanceof ConfigNode.Scalar scalar) || !(scalar.value() instanceof String text)) {
      return node;
    }
    int equals = text.indexOf('=');
    boolean secret =
        equals > 0
            && (SECRET_NAME.matcher(text.substring(0, equals)).matches()
                || looksSecret(text.substring(equals + 1)));
    return secret
        ? new ConfigNode.Scalar(node.location(), text.substring(0, equals + 1) + MASK)
        : maskUrl(scalar);
  }

  private static boolean looksSecret(Object value) {
    String text = value.toString();
    return SECRET_VALUE.matcher(text).matches() || RANDOM_VALUE.matcher(text).matches();
  }

  private static ConfigNode maskUrl(ConfigNode.Scalar scalar) {
    return scalar.value() instanceof String text
        ? new ConfigNode.Scalar(
            scalar.location(), URL_PASSWORD.matcher(text).replaceAll("$1:" + MASK + "@"))
        : scalar;
  }
}
