package io.luhproc.daemon.config;

import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthPolicy;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.StopPolicy;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The format of a folder with one TOML file for each service: {@code [service]}, {@code
 * [dependencies]}, {@code [lifecycle]}, {@code [health]} and {@code [logging]}.
 */
final class ServiceFolderFormat {
  private final ConfigBuilder config;

  ServiceFolderFormat(ConfigBuilder config) {
    this.config = config;
  }

  void readAll(Path folder) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> matches = Files.newDirectoryStream(folder, "*.toml")) {
      matches.forEach(files::add);
    } catch (IOException e) {
      config.problems().error(Location.of(folder), "the folder cannot be read: " + e);
    }
    files.sort(null);
    if (files.isEmpty()) {
      config.problems().error(Location.of(folder), "the folder has no .toml file");
    }
    for (Path file : files) {
      Optional<ConfigNode.Table> table = TomlReader.read(file, config.problems());
      if (table.isPresent()) {
        read(file, table.get());
      }
    }
  }

  private void read(Path file, ConfigNode.Table root) {
    TableReader reader = new TableReader(root, "", config.context());
    Optional<TableReader> service = reader.table("service");
    Optional<TableReader> dependencies = reader.table("dependencies");
    Optional<TableReader> lifecycle = reader.table("lifecycle");
    Optional<TableReader> health = reader.table("health");
    Optional<TableReader> logging = reader.table("logging");
    reader.reportUnknownKeys();
    logging.ifPresent(ServiceFolderFormat::readLogging);
    if (service.isEmpty()) {
      reader.error("", "the file must have a table [service]");
      return;
    }
    String fileName = String.valueOf(file.getFileName());
    String name = service.get().string("name").orElse(fileName.substring(0, fileName.length() - 5));
    if (config.claim(name, service.get().location())) {
      config.show(name, root);
      try {
        readService(name, service.get(), dependencies, lifecycle, health).ifPresent(config::add);
      } catch (IllegalArgumentException e) {
        service.get().error("", String.valueOf(e.getMessage()));
      }
    }
  }

  private static Optional<ServiceSpec> readService(
      String name,
      TableReader table,
      Optional<TableReader> dependencies,
      Optional<TableReader> lifecycle,
      Optional<TableReader> health) {
    Optional<String> exec = table.string("exec");
    ProcessSpec.Builder process = ProcessSpec.shell(name, exec.orElse("true"));
    if (table.bool("oneshot").orElse(false)) {
      process.oneshot();
    }
    table.path("dir").ifPresent(process::directory);
    for (Map.Entry<String, String> variable : table.variables("env").entrySet()) {
      process.env(variable.getKey(), variable.getValue());
    }
    ServiceSpec.Builder service = ServiceSpec.named(name);
    service.autostart(readStatus(table));
    if (table.has("class")) {
      Optional<String> ignored = table.string("class");
      table.warn("class", "class of [service] is not used: there is one class of services");
    }
    table.reportUnknownKeys();
    dependencies.ifPresent(
        it -> {
          SpecReader.readDependencies(it, service);
          it.reportUnknownKeys();
        });
    lifecycle.ifPresent(it -> readLifecycle(it, process));
    health.flatMap(ServiceFolderFormat::readHealth).ifPresent(process::health);
    if (exec.isEmpty()) {
      table.error("exec", "[service] must have exec, the command");
      return Optional.empty();
    }
    return Optional.of(service.process(process).build());
  }

  /** Returns whether {@code status} asks for the start of the service. */
  private static boolean readStatus(TableReader table) {
    String status = table.string("status").orElse("start");
    switch (status) {
      case "start" -> {
        return true;
      }
      case "stop", "ignore" -> {
        return false;
      }
      default -> {
        table.error("status", "status (" + status + ") must be start, stop or ignore");
        return false;
      }
    }
  }

  private static void readLifecycle(TableReader table, ProcessSpec.Builder process) {
    RestartPolicy restart = SpecReader.readRestart(table, "restart");
    restart = table.apply("restart_delay_ms", table::millis, restart, RestartPolicy::delay);
    restart = table.apply("restart_delay_max_ms", table::millis, restart, RestartPolicy::maxDelay);
    restart = SpecReader.readMaxRestarts(table, restart);
    restart = table.apply("stability_period_ms", table::millis, restart, RestartPolicy::resetAfter);
    process.restart(restart);
    ProcessSpec.Builder ignored =
        table.apply("start_timeout_ms", table::millis, process, (p, it) -> p.startTimeout(it));
    StopPolicy stop = StopPolicy.defaults();
    stop = table.apply("stop_signal", table::signal, stop, StopPolicy::signal);
    stop = table.apply("stop_timeout_ms", table::millis, stop, SpecReader::withGrace);
    process.stop(stop);
    table.reportUnknownKeys();
  }

  private static Optional<HealthPolicy> readHealth(TableReader table) {
    Optional<String> type = table.string("type");
    Optional<String> target =
        table.string("target").or(() -> table.string("url")).or(() -> table.string("command"));
    Optional<HealthCheck> check = Optional.empty();
    if (type.isEmpty() || target.isEmpty()) {
      table.error("", "[health] must have type (tcp, http or exec) and target");
    } else {
      check =
          table.apply(
              "type", table::string, check, (c, it) -> Optional.of(check(it, target.get())));
    }
    HealthPolicy policy = check.orElse(HealthCheck.shell("true")).policy();
    policy = table.apply("interval_ms", table::millis, policy, HealthPolicy::every);
    policy = table.apply("timeout_ms", table::millis, policy, HealthPolicy::timeout);
    policy = table.apply("start_period_ms", table::millis, policy, HealthPolicy::startPeriod);
    policy = table.apply("retries", table::integer, policy, HealthPolicy::failureThreshold);
    table.reportUnknownKeys();
    return check.isPresent() ? Optional.of(policy) : Optional.empty();
  }

  private static HealthCheck check(String type, String target) {
    return switch (type) {
      case "tcp" -> SpecReader.tcpCheck(target);
      case "http" -> HealthCheck.http(target);
      case "exec" -> HealthCheck.shell(target);
      default ->
          throw new IllegalArgumentException("type (" + type + ") must be tcp, http or exec");
    };
  }

  private static void readLogging(TableReader table) {
    if (table.has("buffer_lines")) {
      Optional<Integer> ignored = table.integer("buffer_lines");
      table.warn(
          "buffer_lines",
          "buffer_lines of [logging] is not used: the output is kept in files, see [logs]");
    }
    table.reportUnknownKeys();
  }
}
