package io.luhproc.daemon.config;

import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthPolicy;
import io.luhproc.process.Signal;
import io.luhproc.service.Command;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.Readiness;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.StopPolicy;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The format of process-compose. Each process becomes a service. Keys that have no counterpart are
 * reported as warnings.
 */
final class ProcessComposeFormat {
  static final int HTTP_PORT = 80;
  static final int HTTPS_PORT = 443;
  private static final Pattern TEMPLATE = Pattern.compile("\\{\\{.*}}");

  private final ConfigBuilder config;

  ProcessComposeFormat(ConfigBuilder config) {
    this.config = config;
  }

  void read(Path file) {
    Optional<ConfigNode.Table> root = YamlReader.read(file, config.problems());
    if (root.isEmpty()) {
      return;
    }
    root.get().entries().forEach(config::show);
    Optional<Path> dotEnv = config.useDotEnv(file);
    TableReader reader = new TableReader(root.get(), "", config.context());
    Map<String, String> environment = environment(reader);
    Optional<TableReader> processes = reader.table("processes");
    reader.ignoreKeys("version");
    reader.warnUnusedKeys();
    if (processes.isEmpty()) {
      reader.error("processes", "the file must have processes");
      return;
    }
    Set<String> oneshots = completedDependencies(processes.get().node());
    for (String key : processes.get().keys()) {
      Optional<TableReader> process = processes.get().table(key);
      String name = serviceName(key);
      if (process.isPresent() && config.claim(name, process.get().location())) {
        if (!name.equals(key)) {
          process.get().warn("", "process " + key + " is called " + name + " here");
        }
        try {
          ProcessSpec.Builder spec = process(name, process.get());
          dotEnv.ifPresent(spec::envFile);
          environment.forEach(spec::env);
          if (oneshots.contains(key)) {
            spec.oneshot();
          }
          readProcess(name, process.get(), spec).ifPresent(config::add);
        } catch (IllegalArgumentException e) {
          process.get().error("", String.valueOf(e.getMessage()));
        }
      }
    }
  }

  /** Returns the name without the leading underscores, which hide a process elsewhere. */
  static String serviceName(String key) {
    return key.replaceFirst("^[_-]+(?=[A-Za-z0-9])", "");
  }

  /** Returns the processes that others wait for to exit. */
  static Set<String> completedDependencies(ConfigNode.Table processes) {
    Set<String> names = new HashSet<>();
    for (ConfigNode process : processes.entries().values()) {
      if (process instanceof ConfigNode.Table table
          && table.entries().get("depends_on") instanceof ConfigNode.Table dependencies) {
        dependencies
            .entries()
            .forEach(
                (name, dependency) -> {
                  if (dependency instanceof ConfigNode.Table it
                      && it.entries().get("condition") instanceof ConfigNode.Scalar condition
                      && condition.value().toString().startsWith("process_completed")) {
                    names.add(name);
                  }
                });
      }
    }
    return names;
  }

  /** Reads {@code environment}: an array of {@code NAME=VALUE}, or a table. */
  private static Map<String, String> environment(TableReader reader) {
    Map<String, String> variables = new LinkedHashMap<>();
    if (reader.isTable("environment")) {
      reader
          .variables("environment")
          .forEach((name, value) -> variables.put(name, reader.expand("environment", value)));
      return variables;
    }
    for (String entry : reader.strings("environment").orElse(List.of())) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        String value = reader.expand("environment", entry.substring(equals + 1));
        variables.put(entry.substring(0, equals), value);
      } else if (equals < 0 && !entry.isEmpty()) {
        reader.warn("environment", "variable " + entry + " has no value: it is only inherited");
      } else {
        reader.error("environment", "each element of environment must be NAME=VALUE");
      }
    }
    return variables;
  }

  private static ProcessSpec.Builder process(String name, TableReader table) {
    String command = table.string("command").orElse("true");
    if (TEMPLATE.matcher(command).find()) {
      table.warn("command", "command of " + table.title() + " has {{..}}, which is not replaced");
    }
    return ProcessSpec.shell(name, command);
  }

  private static Optional<ServiceSpec> readProcess(
      String name, TableReader table, ProcessSpec.Builder process) {
    table.path("working_dir").ifPresent(process::directory);
    environment(table).forEach(process::env);
    ProcessSpec.Builder ignored =
        table.apply("replicas", table::integer, process, (p, it) -> p.replicas(it));
    process.restart(
        table
            .table("availability")
            .map(ProcessComposeFormat::restart)
            .orElseGet(RestartPolicy::never));
    table.table("shutdown").map(ProcessComposeFormat::stop).ifPresent(process::stop);
    readHealth(table, process);
    table
        .string("ready_log_line")
        .ifPresent(it -> process.ready(Readiness.logLine(Pattern.quote(it))));
    ServiceSpec.Builder service = ServiceSpec.named(name);
    service.autostart(!table.yamlBool("disabled").orElse(false));
    table.table("depends_on").ifPresent(it -> readDependencies(it, service));
    table.ignoreKeys("description");
    table.warnUnusedKeys();
    if (!table.has("command")) {
      table.error("command", table.title() + " must have a command");
      return Optional.empty();
    }
    return Optional.of(service.process(process).build());
  }

  private static RestartPolicy restart(TableReader table) {
    String restart = table.string("restart").orElse("no");
    RestartPolicy policy = RestartPolicy.never();
    switch (restart) {
      case "always" -> policy = RestartPolicy.always();
      case "on_failure" -> policy = RestartPolicy.onFailure();
      case "no" -> {}
      case "exit_on_failure" ->
          table.warn("restart", "restart exit_on_failure counts as no: the supervisor goes on");
      default ->
          table.error(
              "restart",
              "restart (" + restart + ") must be no, always, on_failure or exit_on_failure");
    }
    policy = table.apply("backoff_seconds", table::duration, policy, RestartPolicy::delay);
    policy = SpecReader.readMaxRestarts(table, policy);
    table.warnUnusedKeys();
    return policy;
  }

  private static StopPolicy stop(TableReader table) {
    StopPolicy policy = StopPolicy.defaults();
    policy = table.apply("signal", table::integer, policy, (p, it) -> p.signal(signal(it)));
    policy = table.apply("timeout_seconds", table::duration, policy, SpecReader::withGrace);
    policy =
        table.apply("command", table::string, policy, (p, it) -> p.command(new Command.Shell(it)));
    policy = table.apply("parent_only", table::yamlBool, policy, StopPolicy::onlyParent);
    table.warnUnusedKeys();
    return policy;
  }

  private static Signal signal(int number) {
    return Signal.of(number)
        .orElseThrow(
            () -> new IllegalArgumentException("signal (" + number + ") must be from 1 to 31"));
  }

  private static void readHealth(TableReader table, ProcessSpec.Builder process) {
    Optional<TableReader> liveness = table.table("liveness_probe");
    Optional<TableReader> readiness = table.table("readiness_probe");
    if (liveness.isPresent() && readiness.isPresent()) {
      table.warn(
          "liveness_probe",
          "liveness_probe of "
              + table.title()
              + " is not used: a service has one health check, the readiness_probe");
    }
    Optional<TableReader> probe = readiness.or(() -> liveness);
    if (probe.isPresent()) {
      boolean restart = readiness.isEmpty();
      health(probe.get()).map(it -> it.restartWhenUnhealthy(restart)).ifPresent(process::health);
    }
  }

  private static Optional<HealthPolicy> health(TableReader table) {
    Optional<HealthCheck> check = Optional.empty();
    Optional<TableReader> exec = table.table("exec");
    if (exec.isPresent()) {
      check =
          exec.get()
              .apply(
                  "command",
                  exec.get()::string,
                  check,
                  (c, it) -> Optional.of(HealthCheck.shell(it)));
      exec.get().warnUnusedKeys();
    }
    Optional<TableReader> http = table.table("http_get");
    if (http.isPresent()) {
      check = httpCheck(http.get());
    }
    if (check.isEmpty()) {
      if (exec.isEmpty() && http.isEmpty()) {
        table.error("", table.title() + " must have exec or http_get");
      }
      return Optional.empty();
    }
    HealthPolicy policy = check.get().policy();
    policy = table.apply("period_seconds", table::duration, policy, HealthPolicy::every);
    policy = table.apply("timeout_seconds", table::duration, policy, HealthPolicy::timeout);
    policy =
        table.apply("initial_delay_seconds", table::duration, policy, HealthPolicy::startPeriod);
    policy =
        table.apply("success_threshold", table::integer, policy, HealthPolicy::successThreshold);
    policy =
        table.apply("failure_threshold", table::integer, policy, HealthPolicy::failureThreshold);
    table.warnUnusedKeys();
    return Optional.of(policy);
  }

  private static Optional<HealthCheck> httpCheck(TableReader table) {
    String scheme = table.string("scheme").orElse("http");
    String host = table.string("host").orElse("127.0.0.1");
    String path = table.string("path").orElse("/");
    int defaultPort = scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
    Optional<String> port = table.text("port").map(it -> table.expand("port", it));
    table.warnUnusedKeys();
    try {
      int number = port.map(ProcessComposeFormat::port).orElse(defaultPort);
      return Optional.of(HealthCheck.http(scheme + "://" + host + ":" + number + path));
    } catch (IllegalArgumentException e) {
      table.error("", table.title() + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private static int port(String text) {
    try {
      return ListenAddress.parse("localhost:" + text).port();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("port (" + text + ") must be a number up to 65535", e);
    }
  }

  private static void readDependencies(TableReader table, ServiceSpec.Builder service) {
    for (String key : table.keys()) {
      Optional<TableReader> dependency = table.table(key);
      String name = serviceName(key);
      String condition = dependency.flatMap(it -> it.string("condition")).orElse("process_started");
      dependency.ifPresent(TableReader::warnUnusedKeys);
      switch (condition) {
        case "process_started" -> service.after(name).wants(name);
        case "process_healthy", "process_completed_successfully", "process_log_ready" ->
            service.requires(name);
        case "process_completed" -> service.after(name).wants(name);
        default ->
            table.error(
                key,
                "condition ("
                    + condition
                    + ") must be process_started, process_healthy, process_completed,"
                    + " process_completed_successfully or process_log_ready");
      }
    }
  }
}
