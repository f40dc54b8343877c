package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.WorkerInfo;
import io.luhproc.worker.WorkerState;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ParseResult;

/**
 * Command {@code start TASK ID... [-e K=V]... [--jvm-option=OPTION]...
 * [--without-jvm-option=PREFIX]... [--directory=PATH] [--wait[=10s]] [-- ARGS...]}.
 */
final class StartCommand extends EachWorkerCommand {
  private static final String ENV = "--env";
  private static final String JVM_OPTION = "--jvm-option";
  private static final String WITHOUT_JVM_OPTION = "--without-jvm-option";
  private static final String DIRECTORY = "--directory";

  StartCommand(ProcessManager manager) {
    super(
        manager,
        "start",
        "Start workers in the background.",
        "One that already runs is left unchanged. Prints one line per worker; -o table prints"
            + " more.");
    addWorkerParameters(
        "[ID...] [-- ARGS...]",
        "IDs of the workers: any text, such as a name or a folder. Arguments of the task.");
    spec()
        .addOption(
            listOption("K=V", "Set an environment variable of the worker.", "-e", ENV).build());
    spec()
        .addOption(listOption("OPTION", "Add an option to the worker's JVM.", JVM_OPTION).build());
    spec()
        .addOption(
            listOption(
                    "PREFIX",
                    "Remove inherited JVM options that begin with PREFIX, such as -javaagent:.",
                    WITHOUT_JVM_OPTION)
                .build());
    spec().addOption(valueOption("PATH", "Working directory of the worker.", DIRECTORY).build());
    spec().addOption(WaitOption.spec());
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    List<String> words = words(parseResult);
    return runEach(
        workers(words.subList(0, words.size() - argumentCount(words))), parseResult, console);
  }

  /** Returns how many words are arguments: those after {@code --}, without a first ID there. */
  private int argumentCount(List<String> words) {
    boolean firstIsComplete = !words.isEmpty() && WorkerRef.isComplete(words.get(0));
    int needed = firstIsComplete ? 1 : 2;
    return Math.max(0, Math.min(wordsAfterDelimiter(), words.size() - needed));
  }

  @Override
  int run(WorkerRef worker, ParseResult parseResult, Console console) {
    Format format = format(parseResult);
    WorkerInfo started = manager().start(worker.task(), worker.id(), startOptions(parseResult));
    print(started, event(started), parseResult, format, console);
    return ExitCode.SUCCESS.code();
  }

  private static String event(WorkerInfo worker) {
    if (!worker.launched()) {
      return "already running";
    }
    return worker.state() == WorkerState.READY ? "started and ready" : "started";
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
    for (String prefix : optionValues(parseResult, WITHOUT_JVM_OPTION)) {
      options.withoutJvmOption(prefix);
    }
    List<String> words = words(parseResult);
    for (String argument : words.subList(words.size() - argumentCount(words), words.size())) {
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
