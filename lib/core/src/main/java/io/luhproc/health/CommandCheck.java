package io.luhproc.health;

import io.luhproc.LuhprocException;
import io.luhproc.posix.Posix;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.process.SpawnException;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.spawn.ChildProcess;
import io.luhproc.spawn.LaunchRequest;
import io.luhproc.spawn.Launcher;
import io.luhproc.spawn.PreExecSettings;
import io.luhproc.time.TimeSource;
import io.luhproc.tree.StopTreeRequest;
import io.luhproc.tree.StopTreeResult;
import io.luhproc.tree.TreeStopService;
import io.luhproc.tree.TreeStopper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.slf4j.LoggerFactory;

/**
 * Runs a command and looks at its exit code.
 *
 * <p>The command is a tree of its own beside that of the process it checks: its cookie is the
 * folder {@code health} in the process directory. So the one can be killed without the other, and a
 * check that hung under an earlier supervisor is found by the kill of the next one.
 *
 * @param command the executable and its arguments
 */
record CommandCheck(List<String> command) implements HealthCheck {
  private static final String DIRECTORY_NAME = "health";
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
  private static final long MAX_OUTPUT_BYTES = 64L << 20;
  private static final int MAX_DESCRIPTION_LENGTH = 200;

  CommandCheck {
    command = List.copyOf(command);
    if (command.isEmpty() || command.get(0).isBlank()) {
      throw new IllegalArgumentException("command (" + command + ") must name a program");
    }
  }

  /**
   * How commands are started and ended.
   *
   * @param launcher starts them
   * @param terminator ends a tree, and returns with what has become of it
   */
  record ProcessControl(Launcher launcher, TreeTerminator terminator) {
    /** Those of a supervisor, which looks once for all trees that it ends. */
    static ProcessControl of(Launcher launcher, TreeStopService stopService) {
      return new ProcessControl(launcher, request -> awaitResult(stopService.stop(request)));
    }

    private static StopTreeResult awaitResult(Future<StopTreeResult> stop)
        throws InterruptedException {
      try {
        return stop.get();
      } catch (ExecutionException e) {
        throw new LuhprocException("a health check may go on: " + e.getMessage(), e);
      }
    }
  }

  /** Ends trees. */
  @FunctionalInterface
  interface TreeTerminator {
    StopTreeResult stop(StopTreeRequest request) throws InterruptedException;
  }

  @Override
  public HealthResult check(CheckContext context) throws InterruptedException {
    return check(context, Standalone.PROCESS_CONTROL);
  }

  HealthResult check(CheckContext context, ProcessControl processControl)
      throws InterruptedException {
    Path checkDirectory = context.directory().resolve(DIRECTORY_NAME);
    CommandOutput output = CommandOutput.createIn(checkDirectory);
    LaunchRequest request = launchRequest(context, checkDirectory, output);
    ChildProcess child;
    try {
      child = processControl.launcher().launch(request);
    } catch (SpawnException e) {
      if (e.failure().isSystemWide()) {
        throw new CheckUnavailableException(String.valueOf(e.getMessage()), e);
      }
      return HealthResult.unhealthy("cannot run " + command.get(0) + ": " + e.getMessage());
    }
    OptionalInt status = OptionalInt.empty();
    try {
      status = awaitExit(child, output);
    } finally {
      if (status.isEmpty()) {
        kill(child, checkDirectory, processControl.terminator());
      }
    }
    HealthResult result =
        status.isEmpty()
            ? HealthResult.unhealthy("was killed, for it printed without end")
            : result(request, status.getAsInt(), output.lastLine());
    long ignored = output.truncateIfLarge();
    return result;
  }

  /** Returns its exit status; nothing when it is to be killed. */
  private static OptionalInt awaitExit(ChildProcess child, CommandOutput output)
      throws InterruptedException {
    OptionalInt status = child.waitFor(POLL_INTERVAL);
    while (status.isEmpty() && output.truncateIfLarge() < MAX_OUTPUT_BYTES) {
      status = child.waitFor(POLL_INTERVAL);
    }
    return status;
  }

  private LaunchRequest launchRequest(
      CheckContext context, Path checkDirectory, CommandOutput output) {
    Map<String, String> environment = new HashMap<>(context.environment());
    environment.remove(EnvironmentNames.ID);
    environment.put(EnvironmentNames.DIRECTORY, checkDirectory.toString());
    LaunchRequest request =
        new LaunchRequest(
            command, environment, context.workingDirectory(), output.file(), output.file());
    if (context.user().isEmpty()) {
      return request;
    }
    PreExecSettings setup = PreExecSettings.withReportFile(checkDirectory.resolve("setup"));
    return request.with(setup.runAs(context.user(), context.group()));
  }

  private void kill(ChildProcess child, Path checkDirectory, TreeTerminator terminator)
      throws InterruptedException {
    ProcessTable table = ProcessTable.system();
    Optional<ProcessIdentity> root = table.identify(child.pid());
    StopTreeRequest stopRequest =
        new StopTreeRequest(checkDirectory, root, Signal.KILL, Duration.ZERO, KILL_TIMEOUT);
    StopTreeResult outcome = terminator.stop(stopRequest);
    if (!outcome.alive().isEmpty()) {
      LoggerFactory.getLogger(CommandCheck.class)
          .warn("could not kill the check {}; still alive: {}", describe(), outcome.alive());
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

  @Override
  public String describe() {
    return TextExcerpt.of("exec " + String.join(" ", command), MAX_DESCRIPTION_LENGTH);
  }

  /** For whoever makes a check himself; looks for setsid(1) when the first is made. */
  private static final class Standalone {
    static final ProcessControl PROCESS_CONTROL =
        new ProcessControl(
            Launcher.withPathOf(System.getenv()),
            request ->
                new TreeStopper(ProcessTable.system(), Posix.lazy(), TimeSource.system())
                    .stop(request));
  }
}
