package io.luhproc.health;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** This JVM as the target of checks. */
final class CheckContexts {
  private CheckContexts() {}

  static CheckContext contextIn(Path directory) {
    ProcessTable table = ProcessTable.system();
    ProcessIdentity self = table.identify(table.currentPid()).orElseThrow();
    return CheckContext.of(self, directory, directory, environment());
  }

  static CheckContext contextIn(Path directory, Duration timeout) {
    return contextIn(directory).withTimeout(timeout);
  }

  private static Map<String, String> environment() {
    return Map.of("PATH", System.getenv("PATH"), "GREETING", "hello", "LUHPROC_ID", "main");
  }
}
