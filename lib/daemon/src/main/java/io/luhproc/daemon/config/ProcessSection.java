package io.luhproc.daemon.config;

import io.luhproc.health.HealthPolicy;
import io.luhproc.limits.IoLimit;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.log.LogPolicy;
import io.luhproc.process.OutputMode;
import io.luhproc.process.Signal;
import io.luhproc.service.Command;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.Readiness;
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
    readiness().ifPresent(process::ready);
    process.stop(stop());
    reader.apply("reload_signal", reader::signal, process, (p, it) -> p.reload(it));
    Optional<HealthPolicy> health = reader.table("health").flatMap(HealthSection::read);
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
      return EngineKey.read(reader, process.build()).map(process::remote).orElse(process).build();
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
    return command(reader)
        .map(
            command ->
                command instanceof Command.Program program
                    ? ProcessSpec.command(name, program.argv())
                    : ProcessSpec.shell(name, command.text()));
  }

  /** Reads a command: a string for the shell, or an array of a program and its arguments. */
  private static Optional<Command> command(TableReader table) {
    try {
      return table.isArray("command")
          ? table.strings("command").map(Command.Program::new)
          : table.string("command").map(Command.Shell::new);
    } catch (IllegalArgumentException e) {
      table.error("command", "command: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Reads {@code ready}: {@code "notify"}, or a table with {@code log}. */
  private Optional<Readiness> readiness() {
    if (!reader.has("ready")) {
      return Optional.empty();
    }
    if (reader.has("min_ready_time")) {
      reader.error("ready", "ready must not be given with min_ready_time");
    }
    if (!reader.isTable("ready")) {
      return reader.apply(
          "ready", reader::string, Optional.empty(), (none, it) -> Optional.of(notify(it)));
    }
    TableReader table = reader.table("ready").orElseThrow();
    Optional<Readiness> readiness =
        table.apply(
            "log",
            table::string,
            Optional.empty(),
            (none, it) -> Optional.of(Readiness.logLine(it)));
    if (!table.has("log")) {
      table.error("", table.title() + " must have log, a regular expression");
    }
    table.reportUnknownKeys();
    return readiness;
  }

  private static Readiness notify(String text) {
    if (!text.equals("notify")) {
      throw new IllegalArgumentException(
          "value (" + text + ") must be \"notify\" or { log = \"REGEX\" }");
    }
    return Readiness.sdNotify();
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
    Optional<Command> command = command(table);
    boolean onlyParent = table.bool("only_parent").orElse(false);
    table.reportUnknownKeys();
    try {
      // Together, because each is checked against the other.
      return new StopPolicy(signal, grace, timeout, command, onlyParent);
    } catch (IllegalArgumentException e) {
      table.error("", table.title() + ": " + e.getMessage());
      return defaults;
    }
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
    policy = table.apply("name", table::string, policy, LogPolicy::withName);
    table.reportUnknownKeys();
    return policy;
  }
}
