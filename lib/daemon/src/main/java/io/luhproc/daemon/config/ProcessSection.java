package io.luhproc.daemon.config;

import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthPolicy;
import io.luhproc.limits.IoLimit;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.log.LogPolicy;
import io.luhproc.process.OutputMode;
import io.luhproc.process.Signal;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.StopPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads the keys of a process. The keys are the properties of {@link ProcessSpec} in snake case.
 */
final class ProcessSection {
  private final TableReader reader;
  private final String name;

  ProcessSection(TableReader reader, String name) {
    this.reader = reader;
    this.name = name;
  }

  /** Returns the process. It stands for the real one after a problem, so that all are reported. */
  ProcessSpec read() {
    ProcessSpec.Builder process = command().orElseGet(() -> ProcessSpec.shell(name, "true"));
    if (reader.bool("oneshot").orElse(false)) {
      process.oneshot();
    }
    readContext(process);
    process.restart(restart());
    reader.apply("exec_start_pre", reader::string, process, (p, it) -> p.execStartPre(it));
    reader.apply("start_timeout", reader::duration, process, (p, it) -> p.startTimeout(it));
    reader.apply("min_ready_time", reader::duration, process, (p, it) -> p.minReadyTime(it));
    process.stop(stop());
    reader.apply("reload_signal", reader::signal, process, (p, it) -> p.reload(it));
    Optional<HealthPolicy> health = reader.table("health").flatMap(ProcessSection::health);
    if (health.isPresent()) {
      process.health(health.get());
    }
    Optional<ResourceLimits> limits = reader.table("limits").map(ProcessSection::limits);
    if (limits.isPresent()) {
      process.limits(limits.get());
    }
    reader.apply(
        "max_memory_restart", reader::size, process, (p, bytes) -> p.maxMemoryRestart(bytes + "B"));
    reader.apply("replicas", reader::integer, process, (p, it) -> p.replicas(it));
    try {
      return process.build();
    } catch (IllegalArgumentException e) {
      reader.error("", String.valueOf(e.getMessage()));
      return ProcessSpec.shell("invalid", "true").build();
    }
  }

  private Optional<ProcessSpec.Builder> command() {
    if (!reader.has("command")) {
      reader.error(
          "command", reader.title() + " must have a command: a string for the shell, or an array");
      return Optional.empty();
    }
    try {
      if (reader.isArray("command")) {
        return reader.strings("command").map(argv -> ProcessSpec.command(name, argv));
      }
      return reader.string("command").map(text -> ProcessSpec.shell(name, text));
    } catch (IllegalArgumentException e) {
      reader.error("command", "command: " + e.getMessage());
      return Optional.empty();
    }
  }

  private void readContext(ProcessSpec.Builder process) {
    reader.path("directory").ifPresent(process::directory);
    for (Map.Entry<String, String> variable : reader.variables("env").entrySet()) {
      try {
        process.env(variable.getKey(), variable.getValue());
      } catch (IllegalArgumentException e) {
        reader.error("env", "env." + variable.getKey() + ": " + e.getMessage());
      }
    }
    Path file = reader.location().file().toAbsolutePath();
    for (String envFile : reader.strings("env_file").orElse(List.of())) {
      process.envFile(file.resolveSibling(envFile).normalize());
    }
    reader.apply("user", reader::string, process, (p, it) -> p.user(it));
    reader.apply("group", reader::string, process, (p, it) -> p.group(it));
    reader.apply("umask", reader::string, process, (p, it) -> p.umask(parseOctal(it)));
    reader.apply("nice", reader::integer, process, (p, it) -> p.nice(it));
    Optional<OutputMode> output = reader.choice("output", OutputMode.class);
    output.ifPresent(process::output);
    reader.table("logs").map(ProcessSection::logs).ifPresent(process::logs);
  }

  private static int parseOctal(String text) {
    try {
      return Integer.parseInt(text, 8);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "umask (" + text + ") must be an octal number such as \"0027\"", e);
    }
  }

  /** Reads {@code restart}: a condition, or a table with more. */
  private RestartPolicy restart() {
    if (!reader.isTable("restart")) {
      return SpecReader.readRestart(reader, "restart");
    }
    TableReader table = reader.table("restart").orElseThrow();
    RestartPolicy policy = SpecReader.readRestart(table, "condition");
    policy = table.apply("max_retries", table::integer, policy, RestartPolicy::maxRetries);
    policy = table.apply("delay", table::duration, policy, RestartPolicy::delay);
    policy = table.apply("max_delay", table::duration, policy, RestartPolicy::maxDelay);
    policy = table.apply("factor", table::number, policy, RestartPolicy::factor);
    policy = table.apply("jitter", table::number, policy, RestartPolicy::jitter);
    policy = table.apply("reset_after", table::duration, policy, RestartPolicy::resetAfter);
    policy =
        table.apply(
            "success_codes", table::integers, policy, (p, it) -> p.successCodes(new HashSet<>(it)));
    table.reportUnknownKeys();
    return policy;
  }

  private StopPolicy stop() {
    return reader.table("stop").map(ProcessSection::stop).orElseGet(StopPolicy::defaults);
  }

  private static StopPolicy stop(TableReader table) {
    StopPolicy defaults = StopPolicy.defaults();
    Signal signal = table.signal("signal").orElse(defaults.signal());
    Duration grace = table.duration("grace").orElse(defaults.grace());
    Duration timeout = table.duration("timeout").orElse(defaults.timeout());
    table.reportUnknownKeys();
    try {
      // Together, because each is checked against the other.
      return new StopPolicy(signal, grace, timeout);
    } catch (IllegalArgumentException e) {
      table.error("", table.title() + ": " + e.getMessage());
      return defaults;
    }
  }

  private static Optional<HealthPolicy> health(TableReader table) {
    Optional<HealthCheck> check = healthCheck(table);
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

  private static Optional<HealthCheck> healthCheck(TableReader table) {
    Optional<HealthCheck> check = Optional.empty();
    check =
        table.apply("tcp", table::string, check, (c, it) -> Optional.of(SpecReader.tcpCheck(it)));
    check = table.apply("exec", table::strings, check, (c, it) -> Optional.of(exec(it)));
    check =
        table.apply("shell", table::string, check, (c, it) -> Optional.of(HealthCheck.shell(it)));
    Optional<String> statuses = table.string("expected_status");
    check =
        table.apply(
            "http",
            table::string,
            check,
            (c, it) ->
                Optional.of(
                    statuses.isPresent()
                        ? HealthCheck.http(it).expecting(statuses.get())
                        : HealthCheck.http(it)));
    List<String> given =
        List.of("tcp", "http", "exec", "shell").stream().filter(table::has).toList();
    if (given.size() != 1) {
      table.error(
          given.isEmpty() ? "" : given.get(1),
          table.title() + " must have one of tcp, http, exec and shell");
      return Optional.empty();
    }
    return check;
  }

  private static HealthCheck exec(List<String> argv) {
    return HealthCheck.exec(argv.toArray(String[]::new));
  }

  private static ResourceLimits limits(TableReader table) {
    ResourceLimits.Builder limits = ResourceLimits.builder();
    table.size("memory").ifPresent(limits::memory);
    table.size("memory_swap").ifPresent(limits::memorySwap);
    table.integer("cpu_percent").ifPresent(limits::cpuPercent);
    table.integer("pids").ifPresent(limits::pids);
    for (TableReader io : table.tables("io")) {
      try {
        ioLimit(io).ifPresent(limits::io);
      } catch (IllegalArgumentException e) {
        table.error("io", "io: " + e.getMessage());
      }
    }
    table.reportUnknownKeys();
    try {
      return limits.build();
    } catch (IllegalArgumentException e) {
      table.error("", table.title() + ": " + e.getMessage());
      return ResourceLimits.none();
    }
  }

  private static Optional<IoLimit> ioLimit(TableReader io) {
    Optional<Path> path = io.path("path");
    Optional<Long> read = io.size("read");
    Optional<Long> write = io.size("write");
    io.reportUnknownKeys();
    if (path.isEmpty()) {
      io.error("path", io.title() + " must have a path");
      return Optional.empty();
    }
    return Optional.of(new IoLimit(path.get(), toOptionalLong(read), toOptionalLong(write)));
  }

  private static OptionalLong toOptionalLong(Optional<Long> value) {
    return value.isPresent() ? OptionalLong.of(value.get()) : OptionalLong.empty();
  }

  private static LogPolicy logs(TableReader table) {
    LogPolicy policy = LogPolicy.defaults();
    policy = table.apply("max_size", table::size, policy, LogPolicy::withMaxBytes);
    policy = table.apply("max_backups", table::integer, policy, LogPolicy::withMaxBackups);
    policy = table.apply("max_age", table::duration, policy, LogPolicy::withMaxAge);
    policy = table.apply("gzip", table::bool, policy, LogPolicy::withGzip);
    table.reportUnknownKeys();
    return policy;
  }
}
