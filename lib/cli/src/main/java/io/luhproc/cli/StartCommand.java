package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.WorkerInfo;
import java.nio.file.Path;
import picocli.CommandLine.ParseResult;

/** {@code start TASK ID [-e K=V]... [--jvm-option=OPTION]... [--wait[=10s]] [-- ARGS...]}. */
final class StartCommand extends WorkerCommand {
  private static final String ENV = "--env";
  private static final String JVM_OPTION = "--jvm-option";
  private static final String DIRECTORY = "--directory";

  StartCommand(ProcessManager manager) {
    super(
        manager,
        "start",
        "Start a worker in the background.",
        "One that runs already is left alone and shown.");
    addTaskParameter();
    addIdParameter("1", "Which worker of the task: any text, such as a name or a folder.");
    addArgumentsParameter();
    spec()
        .addOption(
            listOption("K=V", "Set a variable of the worker's environment.", "-e", ENV).build());
    spec().addOption(listOption("OPTION", "Give the worker's JVM an option.", JVM_OPTION).build());
    spec().addOption(valueOption("PATH", "Run it in this directory.", DIRECTORY).build());
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
              + " runs already; left as it is");
    }
    return ExitCode.SUCCESS.code();
  }

  private StartOptions startOptions(ParseResult parseResult) {
    StartOptions.Builder options = StartOptions.builder();
    for (String variable : optionValues(parseResult, ENV)) {
      int separator = variable.indexOf('=');
      if (separator <= 0) {
        // The whole text may be a secret that lost its name, so it is not repeated.
        throw usageError("--env must be NAME=VALUE; there is no '=' behind a name");
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
