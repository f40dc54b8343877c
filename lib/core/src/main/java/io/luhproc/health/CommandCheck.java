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
  private static final String FOLDER = "health";
  private static final Duration LONGEST_KILL = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final long FLOOD = 64L << 20;
  private static final int LONGEST_DESCRIPTION = 200;

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
   * @param end ends a tree, and returns with what has become of it
   */
  record Means(Launcher launcher, End end) {
    /** Those of a supervisor, which looks once for all trees that it ends. */
    static Means of(Launcher launcher, TreeStopService trees) {
      return new Means(launcher, request -> outcome(trees.stop(request)));
    }

    private static StopTreeResult outcome(Future<StopTreeResult> stop) throws InterruptedException {
      try {
        return stop.get();
      } catch (ExecutionException e) {
        throw new LuhprocException("a health check may go on: " + e.getMessage(), e);
      }
    }
  }

  /** Ends trees. */
  @FunctionalInterface
  interface End {
    StopTreeResult stop(StopTreeRequest request) throws InterruptedException;
  }

  @Override
  public HealthResult check(HealthTarget target) throws InterruptedException {
    return check(target, Alone.MEANS);
  }

  HealthResult check(HealthTarget target, Means means) throws InterruptedException {
    Path folder = target.directory().resolve(FOLDER);
    CommandOutput output = CommandOutput.in(folder);
    LaunchRequest request = request(target, folder, output);
    ChildProcess child;
    try {
      child = means.launcher().launch(request);
    } catch (SpawnException e) {
      if (e.failure().isSystemWide()) {
        throw new NotCheckedException(String.valueOf(e.getMessage()), e);
      }
      return HealthResult.unhealthy("cannot run " + command.get(0) + ": " + e.getMessage());
    }
    OptionalInt status = OptionalInt.empty();
    try {
      status = await(child, output);
    } finally {
      if (status.isEmpty()) {
        kill(child, folder, means.end());
      }
    }
    HealthResult result =
        status.isEmpty()
            ? HealthResult.unhealthy("was killed, for it printed without end")
            : result(request, status.getAsInt(), output.lastLine());
    long ignored = output.bound();
    return result;
  }

  /** Returns its exit status; nothing when it is to be killed. */
  private static OptionalInt await(ChildProcess child, CommandOutput output)
      throws InterruptedException {
    OptionalInt status = child.waitFor(LOOK);
    while (status.isEmpty() && output.bound() < FLOOD) {
      status = child.waitFor(LOOK);
    }
    return status;
  }

  private LaunchRequest request(HealthTarget target, Path folder, CommandOutput output) {
    Map<String, String> environment = new HashMap<>(target.environment());
    environment.remove(EnvironmentNames.ID);
    environment.put(EnvironmentNames.DIRECTORY, folder.toString());
    LaunchRequest request =
        new LaunchRequest(
            command, environment, target.workingDirectory(), output.file(), output.file());
    if (target.user().isEmpty()) {
      return request;
    }
    PreExecSettings setup = PreExecSettings.withReportFile(folder.resolve("setup"));
    return request.with(setup.runAs(target.user(), target.group()));
  }

  private void kill(ChildProcess child, Path folder, End end) throws InterruptedException {
    ProcessTable table = ProcessTable.system();
    Optional<ProcessIdentity> root = table.identify(child.pid());
    StopTreeRequest everybody =
        new StopTreeRequest(folder, root, Signal.KILL, Duration.ZERO, LONGEST_KILL);
    StopTreeResult outcome = end.stop(everybody);
    if (!outcome.alive().isEmpty()) {
      LoggerFactory.getLogger(CommandCheck.class)
          .warn("could not kill the check {}; still alive: {}", describe(), outcome.alive());
    }
  }

  private static HealthResult result(LaunchRequest request, int exitCode, String lastLine) {
    Optional<String> notSetUp = request.preExecFailure();
    if (notSetUp.isPresent()) {
      return HealthResult.unhealthy(notSetUp.get());
    }
    if (exitCode == 0) {
      return HealthResult.healthy(lastLine);
    }
    return HealthResult.unhealthy(
        "exit code " + exitCode + (lastLine.isEmpty() ? "" : ": " + lastLine));
  }

  @Override
  public String describe() {
    return Excerpt.of("exec " + String.join(" ", command), LONGEST_DESCRIPTION);
  }

  /** For whoever makes a check himself; looks for setsid(1) when the first is made. */
  private static final class Alone {
    static final Means MEANS =
        new Means(
            Launcher.withPathOf(System.getenv()),
            request ->
                new TreeStopper(ProcessTable.system(), Posix.lazy(), TimeSource.system())
                    .stop(request));
  }
}
