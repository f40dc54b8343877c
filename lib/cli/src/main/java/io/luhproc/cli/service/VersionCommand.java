package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import picocli.CommandLine.ParseResult;

/** Command {@code version}. */
final class VersionCommand extends ProgramCommand {
  VersionCommand() {
    super("version", "Print the versions of luhproc and Java.");
  }

  /** Returns the version in the manifest of the jar. */
  static String version() {
    String version = VersionCommand.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    console.print(Luhproc.NAME + " " + version() + " (Java " + Runtime.version() + ")");
    return ExitCode.SUCCESS.code();
  }
}
