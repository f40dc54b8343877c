package io.luhproc.worker.bootstrap;

import io.luhproc.LuhprocException;
import io.luhproc.archive.WorkerArchive;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.ProcessEnd;
import io.luhproc.relaunch.AppProgram;
import io.luhproc.time.Threads;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The launch of this JVM as a worker whose task no {@code check()} has run yet.
 *
 * <p>An app that never runs the task would continue as a second copy of itself, and would launch
 * the next copy where it launched this one. Such a JVM records the reason and exits instead.
 */
public final class PendingLaunch {
  /** The variable with the launch token and the tasks of the manager that launched a worker. */
  public static final String VARIABLE = "LUHPROC_TASKS";

  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(5);
  private static final int FAILURE_CODE = 1;

  private final Platform platform;
  private final Activation.WorkerRef worker;
  private final List<String> tasks;

  private PendingLaunch(Platform platform, Activation.WorkerRef worker, List<String> tasks) {
    this.platform = platform;
    this.worker = worker;
    this.tasks = tasks;
  }

  /** Returns the value of {@link #VARIABLE}. */
  public static String describe(String launchToken, Collection<String> tasks) {
    return launchToken + " " + String.join(" ", tasks);
  }

  private static String launchToken(Map<String, String> environment) {
    return environment.getOrDefault(EnvironmentNames.LAUNCH, "");
  }

  /** Returns the pending launch of this JVM; empty if it was not launched as a worker. */
  public static Optional<PendingLaunch> find(Platform platform) {
    Map<String, String> environment = platform.environment();
    String token = launchToken(environment);
    List<String> words = List.of(environment.getOrDefault(VARIABLE, "").split(" ", -1));
    // A command that a supervisor launches inherits the variable, but has another token.
    if (token.isEmpty() || !words.get(0).equals(token) || Activation.isConsumed(token)) {
      return Optional.empty();
    }
    try {
      ProcessDirectory directory =
          ProcessDirectory.at(Path.of(environment.getOrDefault(EnvironmentNames.DIRECTORY, "")));
      if (WorkerRole.resolve(directory, platform) != WorkerRole.WORKER) {
        return Optional.empty();
      }
      return directory
          .readRecord()
          .map(ProcessRecord::key)
          .map(key -> new Activation.WorkerRef(directory, key))
          .map(worker -> new PendingLaunch(platform, worker, words.subList(1, words.size())));
    } catch (LuhprocException | InvalidPathException expected) {
      // The directory of another user, as under sudo(8) in a worker, or no directory.
      return Optional.empty();
    }
  }

  /** Returns the worker that this JVM was launched as. */
  public ProcessKey key() {
    return worker.key();
  }

  /**
   * Returns whether a manager is the one that launched this JVM, and not another of the same app.
   *
   * @param registered the tasks of the manager
   */
  public boolean isLaunchedBy(List<String> registered) {
    return registered.isEmpty() || !Collections.disjoint(registered, tasks);
  }

  /**
   * Fails later, unless the {@code check()} of another manager runs the task.
   *
   * @param cause why the task does not run
   */
  public void failUnlessConsumed(String cause) {
    Threads.daemon("pending-launch", () -> awaitCheck(cause)).start();
  }

  private void awaitCheck(String cause) {
    try {
      platform.time().sleep(CHECK_TIMEOUT);
      if (find(platform).isPresent()) {
        fail(cause);
      }
    } catch (InterruptedException ignored) {
      // Only library code has this thread, and it does not interrupt it.
    }
  }

  /**
   * Prints and records why the task does not run, and exits with code 1.
   *
   * @param cause the cause and the remedy
   */
  public void fail(String cause) {
    String reason = "cannot run " + key() + ": " + cause;
    System.err.println(reason);
    WorkerArchive none = new WorkerArchive(Map.of(), platform.time());
    new WorkerRecorder(platform.time(), AppProgram.currentJvm(), worker, none)
        .onEnded(
            new ProcessEnd(
                platform.time().now(),
                OptionalInt.of(FAILURE_CODE),
                Optional.empty(),
                Optional.empty(),
                reason));
    Threads.daemon("exit", this::haltAfterTimeout).start();
    System.exit(FAILURE_CODE);
  }

  /** Ends a JVM whose shutdown hooks wait for a class that is being initialized by the caller. */
  private void haltAfterTimeout() {
    try {
      platform.time().sleep(EXIT_TIMEOUT);
    } catch (InterruptedException ignored) {
      // Halts at once.
    }
    Runtime.getRuntime().halt(FAILURE_CODE);
  }
}
