package io.luhproc.daemon.config;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.WorkerEngines;
import io.luhproc.process.OutputMode;
import io.luhproc.process.Signal;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.Readiness;
import java.util.List;
import java.util.Optional;

/**
 * Reads the key {@code engine} of a process, the address of the engine that runs it. Each other key
 * that engines cannot do is a problem at its own position; see {@link ProcessSpec.Builder#remote}.
 */
final class EngineKey {
  private static final String KEY = "engine";
  private static final List<String> LOCAL_KEYS =
      List.of(
          "exec_start_pre",
          "reload_signal",
          "user",
          "umask",
          "nice",
          "health",
          "limits",
          "max_memory_restart");

  private final String address;
  private boolean refused;

  private EngineKey(String address) {
    this.address = address;
  }

  /**
   * Returns the address; empty for this machine, and after a problem.
   *
   * @param process the process with all other keys
   */
  static Optional<String> read(TableReader reader, ProcessSpec process) {
    Optional<String> address =
        reader.apply(KEY, reader::string, Optional.empty(), (none, it) -> Optional.of(known(it)));
    return address
        .filter(it -> !it.equals(WorkerEngines.LOCAL))
        .filter(it -> new EngineKey(it).supports(reader, process));
  }

  private static String known(String address) {
    try {
      WorkerEngines.requireProvider(address);
      return address;
    } catch (EngineRefusedException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private boolean supports(TableReader reader, ProcessSpec process) {
    for (String key : LOCAL_KEYS) {
      refuse(reader.has(key), reader, key);
    }
    if (process.start().readiness() instanceof Readiness.SdNotify) {
      refuse(reader, "ready", "; use { log = \"REGEX\" }");
    }
    refuse(process.output().mode() != OutputMode.FILES, reader, "output");
    Optional<TableReader> stop = Optional.of("stop").filter(reader::isTable).flatMap(reader::table);
    if (stop.isPresent()) {
      refuse(process.stop().command().isPresent(), stop.get(), "command");
      refuse(process.stop().signal() != Signal.TERM, stop.get(), "signal");
    }
    return !refused;
  }

  private void refuse(boolean given, TableReader table, String key) {
    if (given) {
      refuse(table, key, "");
    }
  }

  private void refuse(TableReader table, String key, String remedy) {
    refused = true;
    table.error(
        key,
        "%s must not be given with engine (%s): engines cannot do it%s"
            .formatted(key, address, remedy));
  }
}
