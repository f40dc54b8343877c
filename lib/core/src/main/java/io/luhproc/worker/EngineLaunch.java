package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.worker.bootstrap.WorkerEnvironment;
import io.luhproc.worker.local.WorkerKeys;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an engine is asked to start.
 *
 * @param argv the complete command
 */
record EngineLaunch(
    ManagerContext context, ProcessKey key, StartOptions options, List<String> argv) {

  /**
   * Plans a start, and checks what can be checked before it.
   *
   * @throws LuhprocException if this process is a worker of an engine itself, or the command of
   *     this app is unknown
   * @throws IllegalArgumentException if an option selects a task
   */
  static EngineLaunch plan(ManagerContext context, ProcessKey key, StartOptions options) {
    if (WorkerEnvironment.isOnEngine(context.platform().environment())) {
      throw new StartFailedException(
          ("cannot start %s on %s: this process is itself a worker on an engine, where workers"
                  + " start no others; start it from the app, or use engine(\"local:\")")
              .formatted(key, context.engine()));
    }
    WorkerEnvironment.checkUserVariables(options.environment(), context.tasks().names());
    List<String> argv =
        context
            .program()
            .command()
            .withoutOptions(options.removedJvmOptions())
            .buildCommand(options.jvmOptions(), options.arguments(), directory(options), Map.of())
            .argv();
    return new EngineLaunch(context, key, options, argv);
  }

  private static Path directory(StartOptions options) {
    return options.directory().orElseGet(() -> Path.of("").toAbsolutePath());
  }

  WorkerSpec spec(String token) {
    return new WorkerSpec(
        WorkerKeys.of(key),
        token,
        argv,
        WorkerEnvironment.forEngine(options.environment(), Optional.of(key.task()), key.id()),
        WorkerEnvironment.inheritedByEngine(
            context.platform().environment(), context.tasks().names()),
        directory(options),
        context.grace(),
        options.startTimeout());
  }

  /** Returns the record of a start that the engine has not accepted yet. */
  ProcessRecord record(String token) {
    LaunchedCommand command =
        new LaunchedCommand(
            argv,
            options.jvmOptions(),
            options.removedJvmOptions(),
            options.arguments(),
            directory(options),
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
