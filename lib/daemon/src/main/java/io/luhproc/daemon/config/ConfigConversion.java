package io.luhproc.daemon.config;

import io.luhproc.process.Signal;
import io.luhproc.service.StopPolicy;
import io.luhproc.time.DurationAndSizeFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Converts a process-compose.yaml or a Procfile to the format of luhproc, with the same meaning as
 * {@link ProcessComposeFormat} and {@link ProcfileFormat} have. References such as <code>${NAME}
 * </code> stay as they are. The file must have no errors.
 */
final class ConfigConversion {
  // The same as Interpolation.UNBRACED before the interpolation, where $${ has a meaning.
  private static final Pattern UNBRACED =
      Pattern.compile("\\$(?:\\$(?!\\{)|([A-Za-z_][A-Za-z0-9_]*))");
  private static final String DOT_ENV = ".env";

  private static final Map<String, String> HEALTH_KEYS =
      Map.of(
          "period_seconds", "interval",
          "timeout_seconds", "timeout",
          "initial_delay_seconds", "start_period",
          "success_threshold", "success_threshold",
          "failure_threshold", "failure_threshold");

  private final ConfigNode.Table source;
  private final Map<String, ConfigNode> result = new LinkedHashMap<>();

  private ConfigConversion(ConfigNode.Table source) {
    this.source = source;
  }

  /**
   * Returns the top-level table of the converted file.
   *
   * @param file the file
   * @param root its merged configuration
   */
  static ConfigNode.Table convert(Path file, ConfigNode.Table root) {
    Optional<ConfigNode.Table> processes = child(root, "processes");
    Map<String, ConfigNode> services =
        processes.isPresent()
            ? services(root, processes.get())
            : child(root, "services").map(ConfigNode.Table::entries).orElse(Map.of());
    Map<String, ConfigNode> converted = new LinkedHashMap<>();
    boolean hasDotEnv = Files.isRegularFile(file.toAbsolutePath().resolveSibling(DOT_ENV));
    services.forEach(
        (name, service) ->
            converted.put(name, hasDotEnv ? withDotEnv((ConfigNode.Table) service) : service));
    return new ConfigNode.Table(
        root.location(), Map.of("services", new ConfigNode.Table(root.location(), converted)));
  }

  private static Map<String, ConfigNode> services(
      ConfigNode.Table root, ConfigNode.Table processes) {
    Set<String> oneshots = ProcessComposeFormat.completedDependencies(processes);
    Map<String, ConfigNode> services = new LinkedHashMap<>();
    for (Map.Entry<String, ConfigNode> process : processes.entries().entrySet()) {
      ConfigConversion conversion = new ConfigConversion((ConfigNode.Table) process.getValue());
      if (oneshots.contains(process.getKey())) {
        conversion.put("oneshot", true);
      }
      services.put(ProcessComposeFormat.serviceName(process.getKey()), conversion.service(root));
    }
    return services;
  }

  private static ConfigNode.Table withDotEnv(ConfigNode.Table service) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>(service.entries());
    entries.put("env_file", new ConfigNode.Scalar(service.location(), DOT_ENV));
    return new ConfigNode.Table(service.location(), entries);
  }

  private ConfigNode.Table service(ConfigNode.Table root) {
    copy("command", "command");
    copy("working_dir", "directory");
    copy("replicas", "replicas");
    if ("true".equals(text(source, "disabled", ""))) {
      put("autostart", false);
    }
    addDependencies();
    addRestart();
    addStop();
    addReadiness();
    addHealth();
    addEnvironment(root);
    return new ConfigNode.Table(source.location(), result);
  }

  private void addDependencies() {
    List<ConfigNode> requires = new ArrayList<>();
    List<ConfigNode> wants = new ArrayList<>();
    Optional<ConfigNode.Table> dependencies = child(source, "depends_on");
    if (dependencies.isPresent()) {
      for (Map.Entry<String, ConfigNode> entry : dependencies.get().entries().entrySet()) {
        String condition = text((ConfigNode.Table) entry.getValue(), "condition", "");
        boolean isRequired =
            condition.equals("process_healthy")
                || condition.equals("process_log_ready")
                || condition.equals("process_completed_successfully");
        String name = ProcessComposeFormat.serviceName(entry.getKey());
        (isRequired ? requires : wants).add(scalar(name));
      }
    }
    putArray("requires", requires);
    putArray("wants", wants);
    putArray("after", wants);
  }

  private void addRestart() {
    Optional<ConfigNode.Table> availability = child(source, "availability");
    String condition =
        switch (availability.map(it -> text(it, "restart", "no")).orElse("no")) {
          case "always" -> "always";
          case "on_failure" -> "on-failure";
          default -> "never";
        };
    Map<String, ConfigNode> restart = new LinkedHashMap<>();
    restart.put("condition", scalar(condition));
    if (availability.isPresent()) {
      copy(availability.get(), "backoff_seconds", "delay", restart);
      // 0 means unlimited, which is the default.
      if (!text(availability.get(), "max_restarts", "0").equals("0")) {
        copy(availability.get(), "max_restarts", "max_retries", restart);
      }
    }
    result.put("restart", restart.size() == 1 ? scalar(condition) : table(restart));
  }

  private void addStop() {
    Optional<ConfigNode.Table> shutdown = child(source, "shutdown");
    Map<String, ConfigNode> stop = new LinkedHashMap<>();
    if (shutdown.isPresent()) {
      Optional<Signal> signal =
          find(shutdown.get(), "signal").flatMap(it -> Signal.of(Integer.parseInt(string(it))));
      signal.ifPresent(it -> stop.put("signal", scalar(it.name())));
      addGrace(shutdown.get(), stop);
      find(shutdown.get(), "command").ifPresent(it -> stop.put("command", it));
    }
    if (!stop.isEmpty()) {
      result.put("stop", table(stop));
    }
  }

  private void addReadiness() {
    Optional<ConfigNode> line = find(source, "ready_log_line");
    if (line.isPresent()) {
      Map<String, ConfigNode> ready = new LinkedHashMap<>();
      ready.put(
          "log", new ConfigNode.Scalar(line.get().location(), Pattern.quote(string(line.get()))));
      result.put("ready", table(ready));
    }
  }

  private static void addGrace(ConfigNode.Table shutdown, Map<String, ConfigNode> stop) {
    Optional<ConfigNode> grace = find(shutdown, "timeout_seconds");
    if (grace.isPresent()) {
      stop.put("grace", grace.get());
      StopPolicy defaults = StopPolicy.defaults();
      Duration timeout = SpecReader.withGrace(defaults, duration(grace.get())).timeout();
      if (!timeout.equals(defaults.timeout())) {
        String text = DurationAndSizeFormat.format(timeout);
        stop.put("timeout", new ConfigNode.Scalar(grace.get().location(), text));
      }
    }
  }

  private static Duration duration(ConfigNode node) {
    if (((ConfigNode.Scalar) node).value() instanceof Number number) {
      return Duration.ofMillis(Math.round(number.doubleValue() * 1000));
    }
    try {
      return DurationAndSizeFormat.parseDuration(string(node));
    } catch (IllegalArgumentException expected) {
      return StopPolicy.defaults().grace(); // A reference, whose value is not known here.
    }
  }

  private void addHealth() {
    Optional<ConfigNode.Table> readiness = child(source, "readiness_probe");
    Optional<ConfigNode.Table> probe = readiness.or(() -> child(source, "liveness_probe"));
    if (probe.isEmpty()) {
      return;
    }
    Map<String, ConfigNode> health = new LinkedHashMap<>();
    Optional<ConfigNode.Table> http = child(probe.get(), "http_get");
    if (http.isPresent()) {
      health.put("http", scalar(url(http.get())));
    } else {
      child(probe.get(), "exec").ifPresent(it -> copy(it, "command", "shell", health));
    }
    for (String key : probe.get().entries().keySet()) {
      String name = HEALTH_KEYS.get(key);
      if (name != null) {
        copy(probe.get(), key, name, health);
      }
    }
    health.put(
        "restart_when_unhealthy",
        new ConfigNode.Scalar(probe.get().location(), readiness.isEmpty()));
    result.put("health", table(health));
  }

  private static String url(ConfigNode.Table http) {
    String scheme = text(http, "scheme", "http");
    int port =
        scheme.equals("https") ? ProcessComposeFormat.HTTPS_PORT : ProcessComposeFormat.HTTP_PORT;
    return scheme
        + "://"
        + text(http, "host", "127.0.0.1")
        + ":"
        + braced(text(http, "port", String.valueOf(port)))
        + text(http, "path", "/");
  }

  private void addEnvironment(ConfigNode.Table root) {
    Map<String, ConfigNode> variables = new LinkedHashMap<>();
    for (ConfigNode.Table table : List.of(root, source)) {
      Optional<ConfigNode.Table> named = child(table, "environment");
      if (named.isPresent()) {
        named
            .get()
            .entries()
            .forEach((name, value) -> variables.put(name, scalar(braced(string(value)))));
      } else {
        for (String entry : elements(table, "environment")) {
          int equals = entry.indexOf('=');
          if (equals > 0) {
            String value = braced(entry.substring(equals + 1));
            variables.put(entry.substring(0, equals), scalar(value));
          }
        }
      }
    }
    if (!variables.isEmpty()) {
      result.put("env", table(variables));
    }
  }

  /** Returns a text with <code>${NAME:-}</code> for {@code $NAME}, see TableReader.expand. */
  private static String braced(String text) {
    return UNBRACED
        .matcher(text)
        .replaceAll(
            match ->
                match.group(1) == null
                    ? "\\$"
                    : Matcher.quoteReplacement("${" + match.group(1) + ":-}"));
  }

  // Nodes.

  private ConfigNode scalar(Object value) {
    return new ConfigNode.Scalar(source.location(), value);
  }

  private ConfigNode.Table table(Map<String, ConfigNode> entries) {
    return new ConfigNode.Table(source.location(), entries);
  }

  private void put(String key, Object value) {
    result.put(key, scalar(value));
  }

  private void putArray(String key, List<ConfigNode> elements) {
    if (!elements.isEmpty()) {
      result.put(key, new ConfigNode.Array(source.location(), elements));
    }
  }

  private void copy(String from, String to) {
    copy(source, from, to, result);
  }

  private static void copy(
      ConfigNode.Table table, String from, String to, Map<String, ConfigNode> target) {
    find(table, from).ifPresent(node -> target.put(to, node));
  }

  private static Optional<ConfigNode> find(ConfigNode.Table table, String key) {
    return Optional.ofNullable(table.entries().get(key));
  }

  private static Optional<ConfigNode.Table> child(ConfigNode.Table table, String key) {
    return find(table, key)
        .filter(ConfigNode.Table.class::isInstance)
        .map(ConfigNode.Table.class::cast);
  }

  private static String string(ConfigNode node) {
    return ((ConfigNode.Scalar) node).value().toString();
  }

  private static String text(ConfigNode.Table table, String key, String defaultValue) {
    return find(table, key).map(ConfigConversion::string).orElse(defaultValue);
  }

  /** Returns the elements of an array of strings. A single string is an array of one. */
  private static List<String> elements(ConfigNode.Table table, String key) {
    Optional<ConfigNode> node = find(table, key);
    if (node.isEmpty()) {
      return List.of();
    }
    return node.get() instanceof ConfigNode.Array array
        ? array.elements().stream().map(ConfigConversion::string).toList()
        : List.of(string(node.get()));
  }
}
