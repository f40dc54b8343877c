package io.luhproc.health.monitor;

import io.luhproc.health.CheckUnavailableException;
import io.luhproc.health.HealthResult;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.process.SpawnException;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.spawn.ChildProcess;
import io.luhproc.spawn.LaunchRequest;
import io.luhproc.spawn.Launcher;
import io.luhproc.spawn.PreExecSettings;
import io.luhproc.tree.StopTreeRequest;
import io.luhproc.tree.StopTreeResult;
import io.luhproc.tree.TreeScope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.LoggerFactory;

/**
 * Runs the commands of health checks and kills those that are interrupted.
 *
 * <p>A command is a process tree of its own, separate from that of the checked process: its marker
 * is the directory {@code health} in the process directory. Either tree can be killed without the
 * other, and killing a check also kills what an earlier supervisor's check has left.
 */
final class CommandRunner {
  private static final String DIRECTORY_NAME = "health";
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
  private static final long MAX_OUTPUT_BYTES = 64L << 20;

  private final Launcher launcher;
  private final TreeTerminator terminator;

  CommandRunner(Launcher launcher, TreeTerminator terminator) {
    this.launcher = launcher;
    this.terminator = terminator;
  }

  /** Stops a process tree and waits for the result. */
  @FunctionalInterface
  interface TreeTerminator {
    StopTreeResult stop(StopTreeRequest request) throws InterruptedException;
  }

  /** Runs a command for a process; see {@link io.luhproc.health.CheckContext#run}. */
  HealthResult run(List<String> command, MonitoredProcess process) throws InterruptedException {
    Path checkDirectory = process.directory().resolve(DIRECTORY_NAME);
    CommandOutput output = CommandOutput.createIn(checkDirectory);
    LaunchRequest request = launcher.mark(launchRequest(command, process, checkDirectory, output));
    ChildProcess child;
    try {
      child = launcher.launch(request);
    } catch (SpawnException e) {
      if (e.failure().isSystemWide()) {
        throw new CheckUnavailableException(String.valueOf(e.getMessage()), e);
      }
      return HealthResult.unhealthy("cannot run " + command.get(0) + ": " + e.getMessage());
    }
    OptionalInt exitStatus = OptionalInt.empty();
    try {
      exitStatus = awaitExit(child, output);
    } finally {
      if (exitStatus.isEmpty()) {
        kill(request, child, checkDirectory);
      }
    }
    HealthResult result =
        exitStatus.isEmpty()
            ? HealthResult.unhealthy("killed: wrote more than 64MiB of output")
            : result(request, exitStatus.getAsInt(), output.lastLine());
    long ignored = output.truncateIfLarge();
    return result;
  }

  /** Returns the exit status; empty if the command has written too much and must be killed. */
  private static OptionalInt awaitExit(ChildProcess child, CommandOutput output)
      throws InterruptedException {
    OptionalInt status = child.waitFor(POLL_INTERVAL);
    while (status.isEmpty() && output.truncateIfLarge() < MAX_OUTPUT_BYTES) {
      status = child.waitFor(POLL_INTERVAL);
    }
    return status;
  }

  private static LaunchRequest launchRequest(
      List<String> command, MonitoredProcess process, Path checkDirectory, CommandOutput output) {
    Map<String, String> environment = new HashMap<>(process.environment());
    environment.remove(EnvironmentNames.ID);
    environment.put(EnvironmentNames.DIRECTORY, checkDirectory.toString());
    LaunchRequest request =
        new LaunchRequest(
            command, environment, process.workingDirectory(), output.file(), output.file());
    if (process.user().isEmpty()) {
      return request;
    }
    PreExecSettings setup = PreExecSettings.withReportFile(checkDirectory.resolve("setup"));
    return request.with(setup.runAs(process.user(), process.group()));
  }

  private void kill(LaunchRequest request, ChildProcess child, Path checkDirectory)
      throws InterruptedException {
    Optional<ProcessIdentity> root = ProcessTable.system().identify(child.pid());
    TreeScope scope = TreeScope.of(checkDirectory, root);
    StopTreeResult result =
        terminator.stop(
            new StopTreeRequest(
                request.limitMarker().map(scope::withLimitMarker).orElse(scope),
                Signal.KILL,
                Duration.ZERO,
                KILL_TIMEOUT));
    if (!result.alive().isEmpty()) {
      LoggerFactory.getLogger(CommandRunner.class)
          .warn("cannot kill the health check {}; still alive: {}", request.argv(), result.alive());
    }
  }

  private static HealthResult result(LaunchRequest request, int exitCode, String lastLine) {
    Optional<String> setupFailure = request.preExecFailure();
    if (setupFailure.isPresent()) {
      return HealthResult.unhealthy(setupFailure.get());
    }
    if (exitCode == 0) {
      return HealthResult.healthy(lastLine);
    }
    return HealthResult.unhealthy(
        "exit code " + exitCode + (lastLine.isEmpty() ? "" : ": " + lastLine));
  }
}
