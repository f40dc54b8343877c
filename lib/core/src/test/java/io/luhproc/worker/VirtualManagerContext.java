package io.luhproc.worker;

import io.luhproc.directory.ProcessRoot;
import io.luhproc.log.LogPolicy;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.relaunch.JvmCommand;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parts of a manager of the task {@code INDEX}, on a machine that a test makes up. */
final class VirtualManagerContext {
  private VirtualManagerContext() {}

  static ManagerContext of(Path root, TimeSource time, ProcessTable table) {
    return new ManagerContext(
        TaskRegistry.empty().with("INDEX", context -> {}),
        Optional.empty(),
        ProcessRoot.at(root),
        AppProgram.of(JvmCommand.ofCommand(List.of("app"))),
        LogPolicy.defaults(),
        Duration.ofSeconds(10),
        new ManagerContext.Platform(Map.of(), time, table));
  }
}
