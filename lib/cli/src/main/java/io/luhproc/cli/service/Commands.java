package io.luhproc.cli.service;

import io.luhproc.cli.ExitCode;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The commands of the program by name. Only the one that is asked for is created. */
final class Commands {
  static final String WORKERS = "workers";

  /** The names in the order of the help. */
  static final List<String> NAMES =
      List.of(
          "up",
          "down",
          "status",
          "ps",
          "start",
          "stop",
          "restart",
          "reload",
          "kill",
          "signal",
          "pause",
          "resume",
          "logs",
          "events",
          "why",
          "tree",
          "wait",
          "config",
          "metrics",
          "top",
          "open",
          "init",
          "install",
          "uninstall",
          "k8s",
          WORKERS,
          "version",
          "completion");

  private Commands() {}

  /** Returns the specification of a command, see {@code LazySubcommands.createSpec}. */
  static CommandSpec create(String name) {
    return switch (name) {
      case "up" -> new UpCommand().spec();
      case "down" -> new DownCommand().spec();
      case "status" -> new StatusCommand().spec();
      case "ps" -> new PsCommand().spec();
      case "start" ->
          operation(name, ExitCode.START_FAILED, "Start services, after those that they require.");
      case "stop" ->
          operation(name, ExitCode.STOP_FAILED, "Stop services, after those that require them.");
      case "restart" ->
          operation(name, ExitCode.START_FAILED, "Stop services and start them again.");
      case "reload" -> new ReloadCommand().spec();
      case "kill" -> operation(name, ExitCode.STOP_FAILED, "Stop services without a grace period.");
      case "signal" -> new SignalCommand().spec();
      case "pause" ->
          operation(name, ExitCode.FAILURE, "Freeze the process trees of services until resume.");
      case "resume" -> operation(name, ExitCode.FAILURE, "Resume paused services.");
      case "logs" -> new LogsCommand().spec();
      case "events" -> new EventsCommand().spec();
      case "why" -> new WhyCommand().spec();
      case "tree" ->
          new TextCommand(name, "/tree", "Print all services above those that they require.")
              .spec();
      case "wait" -> new WaitCommand().spec();
      case "config" -> ConfigCommand.spec();
      case "metrics" -> new TextCommand(name, "/metrics", "Print the metrics.").spec();
      case "top" -> new TopCommand().spec();
      case "open" -> new OpenCommand().spec();
      case "init" -> new InitCommand().spec();
      case "install" -> new InstallCommand().spec();
      case "uninstall" -> new UninstallCommand().spec();
      case "k8s" -> RbacCommand.inGroup(name);
      case WORKERS ->
          ProgramCommand.group(name, "Commands for the processes of daemons themselves.");
      case "version" -> new VersionCommand().spec();
      case "completion" -> new CompletionCommand().spec();
      default -> throw new IllegalArgumentException("no command " + name);
    };
  }

  private static CommandSpec operation(String name, ExitCode failureCode, String description) {
    return new OperationCommand(name, failureCode, description).withServices().spec();
  }
}
