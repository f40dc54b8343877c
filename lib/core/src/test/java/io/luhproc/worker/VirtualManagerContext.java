package io.luhproc.worker;

import io.luhproc.directory.ProcessRoot;
import io.luhproc.engine.WorkerEngines;
import io.luhproc.log.LogPolicy;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.relaunch.AppProgram;
import io.luhproc.relaunch.JvmCommand;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.bootstrap.Platform;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The context of a manager with the task {@code INDEX}, on a virtual machine. */
final class VirtualManagerContext {
  private VirtualManagerContext() {}

  static ManagerContext of(Path root, TimeSource time, ProcessTable table) {
    return of(root, time, table, Map.of());
  }

  static ManagerContext of(
      Path root, TimeSource time, ProcessTable table, Map<String, String> environment) {
    return new ManagerContext(
        TaskRegistry.empty().with("INDEX", context -> {}),
        Optional.empty(),
        ProcessRoot.at(root),
        AppProgram.of(JvmCommand.ofCommand(List.of("app"))),
        LogPolicy.defaults(),
        Duration.ofSeconds(10),
        WorkerEngines.LOCAL,
        new Platform(environment, time, table));
  }
}
