package io.luhproc.supervisor.runtime;

import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.service.Command;
import java.util.Optional;

/** Tells of an adopted process where it came from, and whether its spec has changed since. */
final class RecoveryOrigin {
  private static final String LAUNCHED_BEFORE = "launched by a former supervisor";

  private RecoveryOrigin() {}

  static String describe(ProcessInstance instance, Optional<ProcessRecord> description) {
    boolean older = description.filter(it -> !isSameCommand(instance, it.command())).isPresent();
    return older
        ? LAUNCHED_BEFORE
            + " with another command or directory; restart it to run what its spec says now"
        : LAUNCHED_BEFORE;
  }

  private static boolean isSameCommand(ProcessInstance instance, LaunchedCommand launched) {
    if (!launched.workingDirectory().equals(InstanceLauncher.workingDirectory(instance))) {
      return false;
    }
    // The command line of a task is that of this app, which may have been updated meanwhile.
    return instance.spec().command() instanceof Command.TaskCommand task
        ? launched.arguments().equals(task.arguments())
            && launched.jvmOptions().equals(task.jvmOptions())
        : launched.argv().equals(LaunchCommandBuilder.argv(instance.spec().command()));
  }
}
