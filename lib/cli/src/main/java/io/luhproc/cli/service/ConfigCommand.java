package io.luhproc.cli.service;

import io.luhproc.cli.ExitCode;
import picocli.CommandLine.Model.CommandSpec;

/** Command {@code config}, whose subcommands read configurations without a daemon. */
final class ConfigCommand {
  private ConfigCommand() {}

  static CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name("config");
    spec.usageMessage().description("Read a configuration without starting anything.");
    spec.exitCodeOnInvalidInput(ExitCode.USAGE.code());
    spec.addSubcommand("check", new ConfigCheckCommand().spec());
    return spec;
  }
}
