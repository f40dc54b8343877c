package io.luhproc.daemon.config;

import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthPolicy;
import io.luhproc.health.HttpCheck;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Reads the table {@code health} of a process: one check, and its policy. */
final class HealthSection {
  private static final List<String> CHECKS =
      List.of("tcp", "http", "unix", "exec", "shell", "heartbeat");
  private static final List<String> HTTP_KEYS =
      List.of(
          "expected_status", "method", "headers", "body", "unix_socket", "trusted_certificates");

  private HealthSection() {}

  /** Returns the policy; empty after a problem with its check. */
  static Optional<HealthPolicy> read(TableReader table) {
    Optional<HealthCheck> check = check(table);
    if (table.bool("answered_by_any_process").orElse(false)) {
      check = check.map(HealthCheck::answeredByAnyProcess);
    }
    HealthPolicy policy = check.orElse(HealthCheck.shell("true")).policy();
    policy = table.apply("interval", table::duration, policy, HealthPolicy::every);
    policy = table.apply("timeout", table::duration, policy, HealthPolicy::timeout);
    policy = table.apply("start_period", table::duration, policy, HealthPolicy::startPeriod);
    policy =
        table.apply("success_threshold", table::integer, policy, HealthPolicy::successThreshold);
    policy =
        table.apply("failure_threshold", table::integer, policy, HealthPolicy::failureThreshold);
    policy =
        table.apply(
            "restart_when_unhealthy", table::bool, policy, HealthPolicy::restartWhenUnhealthy);
    table.reportUnknownKeys();
    return check.isPresent() ? Optional.of(policy) : Optional.empty();
  }

  private static Optional<HealthCheck> check(TableReader table) {
    List<String> given = CHECKS.stream().filter(table::has).toList();
    HTTP_KEYS.stream()
        .filter(key -> table.has(key) && !given.contains("http"))
        .forEach(key -> table.error(key, key + " must be given with http"));
    if (given.size() != 1) {
      table.error(
          given.isEmpty() ? "" : given.get(1),
          table.title() + " must have one of tcp, http, unix, exec, shell and heartbeat");
      return Optional.empty();
    }
    Optional<HealthCheck> none = Optional.empty();
    return switch (given.get(0)) {
      case "tcp" ->
          table.apply("tcp", table::string, none, (c, it) -> Optional.of(SpecReader.tcpCheck(it)));
      case "http" -> http(table);
      case "unix" -> table.string("unix").map(it -> HealthCheck.unixSocket(Path.of(it)));
      case "exec" -> table.apply("exec", table::strings, none, (c, it) -> Optional.of(exec(it)));
      case "shell" ->
          table.apply("shell", table::string, none, (c, it) -> Optional.of(HealthCheck.shell(it)));
      default ->
          table.apply(
              "heartbeat",
              table::duration,
              none,
              (c, it) -> Optional.of(HealthCheck.heartbeat(it)));
    };
  }

  private static HealthCheck exec(List<String> argv) {
    return HealthCheck.exec(argv.toArray(String[]::new));
  }

  private static Optional<HealthCheck> http(TableReader table) {
    Optional<HttpCheck> none = Optional.empty();
    Optional<HttpCheck> check =
        table.apply("http", table::string, none, (c, it) -> Optional.of(HealthCheck.http(it)));
    check = set(table, "expected_status", check, HttpCheck::expecting);
    check = set(table, "method", check, HttpCheck::method);
    check = set(table, "body", check, HttpCheck::bodyMatching);
    // Relative to the working directory of the process, as in the commands of other checks.
    check = set(table, "unix_socket", check, (c, it) -> c.unixSocket(Path.of(it)));
    check =
        set(table, "trusted_certificates", check, (c, it) -> c.trustedCertificates(Path.of(it)));
    for (Map.Entry<String, String> header : table.variables("headers").entrySet()) {
      try {
        check = check.map(it -> it.header(header.getKey(), header.getValue()));
      } catch (IllegalArgumentException e) {
        table.error("headers", "headers: " + e.getMessage());
      }
    }
    return check.map(HealthCheck.class::cast);
  }

  /** Applies a property of an HTTP check, if the check itself is valid. */
  private static Optional<HttpCheck> set(
      TableReader table,
      String key,
      Optional<HttpCheck> check,
      BiFunction<HttpCheck, String, HttpCheck> change) {
    return table.apply(key, table::string, check, (c, it) -> c.map(http -> change.apply(http, it)));
  }
}
