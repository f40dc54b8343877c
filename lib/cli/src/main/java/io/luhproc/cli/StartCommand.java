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
    acceptTask();
    acceptId("1", "Which worker of the task: any text, such as a name or a folder.");
    acceptArguments();
    spec()
        .addOption(values("K=V", "Set a variable of the worker's environment.", "-e", ENV).build());
    spec().addOption(values("OPTION", "Give the worker's JVM an option.", JVM_OPTION).build());
    spec().addOption(value("PATH", "Run it in this directory.", DIRECTORY).build());
    spec().addOption(WaitOption.spec());
    acceptOutput();
  }

  @Override
  int run(ParseResult line, Console console) {
    Format format = format(line);
    WorkerInfo worker = manager().start(task(line), id(line), options(line));
    print(worker, format, console);
    if (!worker.launched()) {
      console.message(
          worker.task() + " " + VisibleText.line(worker.id()) + " runs already; left as it is");
    }
    return ExitCode.DONE.code();
  }

  private StartOptions options(ParseResult line) {
    StartOptions.Builder options = StartOptions.builder();
    for (String variable : allGiven(line, ENV)) {
      int equals = variable.indexOf('=');
      if (equals <= 0) {
        // The whole text may be a secret that lost its name, so it is not repeated.
        throw misuse("--env must be NAME=VALUE; there is no '=' behind a name");
      }
      options.env(variable.substring(0, equals), variable.substring(equals + 1));
    }
    for (String option : allGiven(line, JVM_OPTION)) {
      options.jvmOption(option);
    }
    for (String argument : arguments(line)) {
      options.argument(argument);
    }
    String directory = given(line, DIRECTORY);
    if (directory != null) {
      options.directory(Path.of(directory));
    }
    WaitOption.apply(line, options);
    return options.build();
  }
}
