package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.worker.bootstrap.WorkerEnvironment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an engine is asked to start. */
record EngineLaunch(ManagerContext context, ProcessKey key, StartOptions options) {
  /**
   * Checks what can be checked before the start.
   *
   * @throws LuhprocException if this process is a worker of an engine itself, or the command of
   *     this app is unknown
   * @throws IllegalArgumentException if an option selects a task
   */
  void check() {
    if (context.platform().environment().containsKey(WorkerEnvironment.ENGINE_WORKER)) {
      throw new StartFailedException(
          ("cannot start %s on %s: this process is itself a worker on an engine, where workers"
                  + " start no others; start it from the app, or use engine(\"local:\")")
              .formatted(key, context.engine()));
    }
    WorkerEnvironment.checkUserVariables(options.environment(), context.tasks().names());
    List<String> ignored = argv();
  }

  private List<String> argv() {
    return context
        .program()
        .command()
        .withoutOptions(options.removedJvmOptions())
        .buildCommand(options.jvmOptions(), options.arguments(), directory(), Map.of())
        .argv();
  }

  private Path directory() {
    return options.directory().orElseGet(() -> Path.of("").toAbsolutePath());
  }

  WorkerSpec spec(String token) {
    Map<String, String> variables = new HashMap<>(options.environment());
    variables.put(key.task(), "1");
    variables.put(EnvironmentNames.ID, key.id());
    variables.put(WorkerEnvironment.ENGINE_WORKER, "1");
    Map<String, String> inherited = new HashMap<>(context.platform().environment());
    inherited.keySet().removeAll(context.tasks().names());
    inherited.keySet().removeAll(WorkerEnvironment.launchVariables());
    return new WorkerSpec(
        new WorkerKey(key.app(), key.task(), key.id()),
        token,
        argv(),
        variables,
        inherited,
        directory(),
        context.grace(),
        options.startTimeout());
  }

  /** Returns the record of a start that the engine has not accepted yet. */
  ProcessRecord record(String token) {
    LaunchedCommand command =
        new LaunchedCommand(
            argv(),
            options.jvmOptions(),
            options.removedJvmOptions(),
            options.arguments(),
            directory(),
            List.copyOf(options.environment().keySet()),
            List.of());
    return ProcessRecord.forLaunch(
            key,
            context.programName(),
            new ProcessRecord.Launch(token, context.time().now()),
            command)
        .withRemote(new ProcessRecord.Remote(context.engine(), Optional.empty(), Optional.empty()));
  }
}
