package io.luhproc.supervisor.runtime;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.engine.WorkerKey;
import io.luhproc.service.Command;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.state.ProcessInstance;
import java.util.Locale;
import java.util.Optional;

/**
 * The process directory of a process: {@code <service>-<process>-<12 base-32 characters>}, or
 * {@code <task>-<12 base-32 characters>} for a task of an app. The characters are a hash of
 * service, task and process, so no two processes share a directory.
 *
 * @param key the key recorded in the directory, with the service as app and the process as id
 * @param directory its process directory
 */
public record ProcessLocation(ProcessKey key, ProcessDirectory directory) {

  /** Returns the location of a process below the directory of its supervisor. */
  public static ProcessLocation of(
      ProcessRoot root, ServiceSpec service, ProcessSpec process, String name) {
    ProcessKey key = keyOf(new ProcessInstance(service, process, name));
    return new ProcessLocation(key, root.directory(key));
  }

  /** Returns the key by which an engine knows the process. */
  WorkerKey workerKey() {
    return new WorkerKey(key.app(), key.task(), key.id());
  }

  static ProcessKey keyOf(ProcessInstance instance) {
    String service = instance.service().name();
    String task =
        instance.spec().command() instanceof Command.TaskCommand command
            ? command.task()
            : taskNameOf(service + "_" + instance.name());
    return new ProcessKey(Optional.of(service), task, instance.name());
  }

  /**
   * Returns a valid name of a task variable. Lower-case names do not clash with system variables.
   */
  private static String taskNameOf(String text) {
    StringBuilder name = new StringBuilder();
    for (char c : text.toLowerCase(Locale.ROOT).toCharArray()) {
      name.append((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_');
    }
    return Character.isDigit(name.charAt(0)) ? "s" + name : name.toString();
  }
}
