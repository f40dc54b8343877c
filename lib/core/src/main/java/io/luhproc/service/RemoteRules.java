package io.luhproc.service;

import io.luhproc.engine.WorkerEngines;
import io.luhproc.health.HealthPolicy;
import io.luhproc.process.OutputMode;
import io.luhproc.process.Signal;
import java.util.Optional;

/** What a process that an engine runs must not have, because engines cannot do it. */
final class RemoteRules {
  private RemoteRules() {}

  static void check(
      Optional<String> engine,
      ExecContext exec,
      ProcessSpec.Output output,
      StartPolicy start,
      StopPolicy stop,
      Optional<Signal> reload,
      Optional<HealthPolicy> health,
      ProcessSpec.Limits limits) {
    if (engine.isEmpty()) {
      return;
    }
    String address = WorkerEngines.checkAddress(engine.get());
    refuse(address, health.isPresent(), "a health check");
    refuse(address, start.execStartPre().isPresent(), "execStartPre");
    checkReadiness(address, start.readiness());
    refuse(address, stop.command().isPresent(), "a stop command");
    refuse(address, stop.signal() != Signal.TERM, "a stop signal other than TERM");
    refuse(address, reload.isPresent(), "a reload signal");
    refuse(address, exec.credentials().user().isPresent(), "a user");
    refuse(address, exec.umask().isPresent(), "a umask");
    refuse(address, exec.nice().isPresent(), "a nice value");
    refuse(address, output.mode() != OutputMode.FILES, "an output other than two files");
    refuse(address, !limits.resources().isEmpty(), "limits");
    refuse(address, limits.maxMemoryRestart().isPresent(), "maxMemoryRestart");
  }

  private static void checkReadiness(String address, Readiness readiness) {
    if (readiness instanceof Readiness.TaskReady || readiness instanceof Readiness.SdNotify) {
      throw new IllegalArgumentException(
          ("engine (%s) must be given without a readiness that waits for %s, which engines cannot"
                  + " do; use Readiness.logLine, a line of its log")
              .formatted(address, readiness.describe()));
    }
  }

  private static void refuse(String address, boolean given, String what) {
    if (given) {
      throw new IllegalArgumentException(
          "engine (" + address + ") must be given without " + what + ", which engines cannot do");
    }
  }
}
