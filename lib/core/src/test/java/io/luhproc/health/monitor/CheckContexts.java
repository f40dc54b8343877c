package io.luhproc.health.monitor;

import io.luhproc.health.CheckContext;
import io.luhproc.posix.Posix;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.spawn.Launcher;
import io.luhproc.time.TimeSource;
import io.luhproc.tree.TreeStopper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Check contexts for this JVM as the checked process. */
public final class CheckContexts {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  private CheckContexts() {}

  public static CheckContext contextIn(Path directory) {
    return contextIn(directory, DEFAULT_TIMEOUT);
  }

  public static CheckContext contextIn(Path directory, Duration timeout) {
    return contextOf(processIn(directory), timeout);
  }

  static CheckContext contextOf(MonitoredProcess process) {
    return contextOf(process, DEFAULT_TIMEOUT);
  }

  private static CheckContext contextOf(MonitoredProcess process, Duration timeout) {
    CommandRunner runner =
        new CommandRunner(
            Launcher.withPathOf(System.getenv()),
            request ->
                new TreeStopper(ProcessTable.system(), Posix.lazy(), TimeSource.system())
                    .stop(request));
    return new MonitorCheckContext(
        process,
        timeout,
        runner,
        new ListenerOwnership(ProcessTable.system(), process.identity(), process.directory()));
  }

  static MonitoredProcess processIn(Path directory) {
    return process(directory, directory, environment());
  }

  static MonitoredProcess process(
      Path directory, Path workingDirectory, Map<String, String> environment) {
    ProcessTable table = ProcessTable.system();
    ProcessIdentity self = table.identify(table.currentPid()).orElseThrow();
    return new MonitoredProcess(
        self, directory, workingDirectory, environment, Optional.empty(), Optional.empty());
  }

  static Map<String, String> environment() {
    return Map.of("PATH", System.getenv("PATH"), "GREETING", "hello", "LUHPROC_ID", "main");
  }
}
