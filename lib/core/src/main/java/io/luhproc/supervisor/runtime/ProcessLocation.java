package io.luhproc.supervisor.runtime;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.service.Command;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a process of a service lives: {@code <service>-<process>-<12 base-32 characters>}, or
 * {@code <task>-<12 base-32 characters>} for a task of an app. The characters are a hash of the
 * service, the task and the process, so no two share a directory whatever they are called.
 *
 * @param key what the process is called in its directory: the service as app, the process as id
 * @param directory its process directory
 */
public record ProcessLocation(ProcessKey key, ProcessDirectory directory) {

  public static ProcessLocation of(
      ProcessRoot root, ServiceSpec service, ProcessSpec process, String instance) {
    String task =
        process.command() instanceof Command.TaskCommand of
            ? of.task()
            : taskNameOf(service.name() + "_" + instance);
    ProcessKey key = new ProcessKey(Optional.of(service.name()), task, instance);
    return new ProcessLocation(key, root.directory(key));
  }

  /** A task is named by a variable; in lower case none has a meaning of its own to the system. */
  private static String taskNameOf(String text) {
    StringBuilder name = new StringBuilder();
    for (char c : text.toLowerCase(Locale.ROOT).toCharArray()) {
      name.append((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_');
    }
    return Character.isDigit(name.charAt(0)) ? "s" + name : name.toString();
  }
}
