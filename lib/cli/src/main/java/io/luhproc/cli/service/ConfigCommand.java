package io.luhproc.cli.service;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Command {@code config}, whose subcommands read configurations without a daemon. */
final class ConfigCommand {
  static final String FILE_DESCRIPTION = "Configuration file or folder; default: the one of up.";

  private ConfigCommand() {}

  static CommandSpec spec() {
    CommandSpec spec =
        ProgramCommand.group("config", "Read a configuration without starting anything.");
    spec.addSubcommand("check", new ConfigCheckCommand().spec());
    spec.addSubcommand("show", new ConfigShowCommand().spec());
    return spec;
  }

  /** Returns the configuration that is named, else the one that the other commands use. */
  static Path file(ParseResult parseResult) {
    List<String> named = ProgramCommand.names(parseResult);
    String file = named.isEmpty() ? ProgramCommand.file(parseResult) : named.get(0);
    return ConfigFile.find(file, Path.of(""), System.getenv());
  }
}
