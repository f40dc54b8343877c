package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.WorkerInfo;
import java.nio.file.Path;
import picocli.CommandLine.ParseResult;

/**
 * Command {@code start TASK ID [-e K=V]... [--jvm-option=OPTION]... [--directory=PATH]
 * [--wait[=10s]] [-- ARGS...]}.
 */
final class StartCommand extends WorkerCommand {
  private static final String ENV = "--env";
  private static final String JVM_OPTION = "--jvm-option";
  private static final String DIRECTORY = "--directory";

  StartCommand(ProcessManager manager) {
    super(
        manager,
        "start",
        "Start a worker in the background.",
        "If it already runs, it is shown and nothing is changed.");
    addTaskParameter();
    addIdParameter("1", "ID of the worker: any text, such as a name or a folder.");
    addArgumentsParameter();
    spec()
        .addOption(
            listOption("K=V", "Set an environment variable of the worker.", "-e", ENV).build());
    spec()
        .addOption(listOption("OPTION", "Add an option to the worker's JVM.", JVM_OPTION).build());
    spec().addOption(valueOption("PATH", "Working directory of the worker.", DIRECTORY).build());
    spec().addOption(WaitOption.spec());
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    Format format = format(parseResult);
    WorkerInfo worker =
        manager().start(task(parseResult), id(parseResult), startOptions(parseResult));
    print(worker, format, console);
    if (!worker.launched()) {
      console.printMessage(
          worker.task()
              + " "
              + TerminalText.escapeToLine(worker.id())
              + " is already running; nothing was changed");
    }
    return ExitCode.SUCCESS.code();
  }

  private StartOptions startOptions(ParseResult parseResult) {
    StartOptions.Builder options = StartOptions.builder();
    for (String variable : optionValues(parseResult, ENV)) {
      int separator = variable.indexOf('=');
      if (separator <= 0) {
        // The text may be a secret whose name is missing, so the message does not repeat it.
        throw usageError("--env must be NAME=VALUE; the name or the '=' is missing");
      }
      options.env(variable.substring(0, separator), variable.substring(separator + 1));
    }
    for (String option : optionValues(parseResult, JVM_OPTION)) {
      options.jvmOption(option);
    }
    for (String argument : arguments(parseResult)) {
      options.argument(argument);
    }
    String directory = optionValue(parseResult, DIRECTORY);
    if (directory != null) {
      options.directory(Path.of(directory));
    }
    WaitOption.apply(parseResult, options);
    return options.build();
  }
}
