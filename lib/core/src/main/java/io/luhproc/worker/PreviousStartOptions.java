package io.luhproc.worker;

import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import java.util.Optional;

/** Finds out with which options a worker was started. */
final class PreviousStartOptions {
  private final ManagerContext context;

  PreviousStartOptions(ManagerContext context) {
    this.context = context;
  }

  /**
   * Returns the options; the defaults when its description is damaged.
   *
   * @throws StartFailedException when it was given variables whose values are gone with it
   */
  StartOptions read(ProcessKey key, WorkerInfo worker) {
    Optional<LaunchedCommand> command =
        ProcessDirectory.at(worker.directory()).readRecord().map(ProcessRecord::command);
    if (command.isEmpty()) {
      return StartOptions.defaults();
    }
    StartOptions.Builder options =
        StartOptions.builder().directory(command.get().workingDirectory());
    command.get().jvmOptions().forEach(options::jvmOption);
    command.get().arguments().forEach(options::argument);
    for (String name : command.get().environmentNames()) {
      options.env(name, variableValue(key, worker, name));
    }
    return options.build();
  }

  private String variableValue(ProcessKey key, WorkerInfo worker, String name) {
    return Optional.of(worker)
        .filter(it -> it.state().isAlive())
        .flatMap(WorkerInfo::identity)
        .flatMap(it -> context.table().environmentVariable(it.pid(), name))
        .orElseThrow(
            () ->
                new StartFailedException(
                    "cannot restart "
                        + key
                        + " as it was: it was given the variable "
                        + name
                        + ", whose value is in no file, and it has ended; start it with the"
                        + " variable"));
  }
}
