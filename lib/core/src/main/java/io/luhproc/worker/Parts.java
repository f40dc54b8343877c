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
 * @param policy when logs are rotated and expire
 * @param grace how long a task has to return once it was asked to stop
 * @param system the machine around
 */
record Parts(
    Tasks tasks,
    Optional<String> app,
    ProcessRoot root,
    Program program,
    LogPolicy policy,
    Duration grace,
    Machine system) {

  /**
   * Returns the key of a worker; throws when the task is not registered or the id breaks its rule.
   */
  ProcessKey key(String task, String id) {
    tasks.get(task);
    return new ProcessKey(app, task, id);
  }

  TimeSource time() {
    return system.time();
  }

  ProcessTable table() {
    return system.table();
  }

  /**
   * The machine around.
   *
   * @param environment the environment of this JVM
   * @param time its clocks
   * @param table its processes
   */
  record Machine(Map<String, String> environment, TimeSource time, ProcessTable table) {}
}
