package io.luhproc.supervisor;

import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.service.Command;
import java.util.Optional;

/** Tells of an adopted process where it came from, and whether its spec has changed since. */
final class Origin {
  private static final String FORMER = "launched by a former supervisor";

  private Origin() {}

  static String of(Place place, Optional<ProcessRecord> description) {
    boolean older = description.filter(it -> !isSame(place, it.command())).isPresent();
    return older
        ? FORMER + " with another command or directory; restart it to run what its spec says now"
        : FORMER;
  }

  private static boolean isSame(Place place, LaunchedCommand launched) {
    if (!launched.workingDirectory().equals(Launching.workingDirectory(place))) {
      return false;
    }
    // The command line of a task is that of this app, which may have been updated meanwhile.
    return place.spec().command() instanceof Command.TaskCommand task
        ? launched.arguments().equals(task.arguments())
            && launched.jvmOptions().equals(task.jvmOptions())
        : launched.argv().equals(Environment.argv(place.spec().command()));
  }
}
