package io.luhproc.daemon.config;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The format with {@code [programs.NAME]} tables: {@code command}, {@code args}, {@code
 * autorestart}, {@code logfile}, and {@code listen} at the top.
 */
final class ProgramsFormat {
  private final ConfigBuilder config;

  ProgramsFormat(ConfigBuilder config) {
    this.config = config;
  }

  void read(ConfigNode.Table root) {
    TableReader reader = new TableReader(root, "", config.context());
    root.entries().forEach(config::show);
    config.readListen(reader);
    Optional<TableReader> programs = reader.table("programs");
    if (programs.isPresent()) {
      for (String name : programs.get().keys()) {
        programs.get().table(name).ifPresent(table -> readProgram(name, table));
      }
    }
    reader.reportUnknownKeys();
  }

  private void readProgram(String name, TableReader program) {
    Optional<String> command = program.string("command");
    List<String> argv = new ArrayList<>();
    command.ifPresent(argv::add);
    argv.addAll(program.strings("args").orElse(List.of()));
    boolean autorestart = program.bool("autorestart").orElse(false);
    if (program.has("logfile")) {
      Optional<String> ignored = program.string("logfile");
      program.warn(
          "logfile",
          "logfile of "
              + program.title()
              + " is not used: the output is in the directory of the process");
    }
    program.reportUnknownKeys();
    if (!config.claim(name, program.location())) {
      return;
    }
    if (command.isEmpty()) {
      program.error("command", program.title() + " must have a command");
      return;
    }
    try {
      config.add(
          ServiceSpec.named(name)
              .process(
                  ProcessSpec.command(name, argv)
                      .restart(autorestart ? RestartPolicy.always() : RestartPolicy.never()))
              .build());
    } catch (IllegalArgumentException e) {
      program.error("", String.valueOf(e.getMessage()));
    }
  }
}
