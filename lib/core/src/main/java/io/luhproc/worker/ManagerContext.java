package io.luhproc.worker;

import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.log.LogPolicy;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a manager was built from and all its parts share.
 *
 * @param tasks the registered tasks
 * @param app the app's name, where it has one
 * @param root where the process directories are
 * @param program how this app is started again
 * @param logPolicy when logs are rotated and expire
 * @param grace how long a task has to return once it was asked to stop
 * @param platform the machine around
 */
record ManagerContext(
    TaskRegistry tasks,
    Optional<String> app,
    ProcessRoot root,
    AppProgram program,
    LogPolicy logPolicy,
    Duration grace,
    Platform platform) {

  /**
   * Returns the key of a worker; throws when the task is not registered or the id breaks its rule.
   */
  ProcessKey key(String task, String id) {
    tasks.get(task);
    return new ProcessKey(app, task, id);
  }

  TimeSource time() {
    return platform.time();
  }

  ProcessTable table() {
    return platform.table();
  }

  /**
   * The machine around.
   *
   * @param environment the environment of this JVM
   * @param time its clocks
   * @param table its processes
   */
  record Platform(Map<String, String> environment, TimeSource time, ProcessTable table) {}
}
