package io.luhproc.cli.service;

import io.luhproc.LuhprocException;
import io.luhproc.daemon.Daemon;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent;
import io.luhproc.supervisor.EventRegistration;
import io.luhproc.worker.Task;
import io.luhproc.worker.TaskContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon, as a task of this program. Its id is the path of the configuration, its arguments are
 * the names of the services to start.
 */
final class DaemonTask implements Task {
  /** The variable of the task; names with the prefix LUHPROC_ are reserved. */
  static final String NAME = "LUHPROCD";

  /**
   * Longer than the close of a supervisor takes, see {@code Supervisor.Builder.shutdownTimeout}.
   */
  static final Duration GRACE = Duration.ofSeconds(75);

  private static final Logger LOG = LoggerFactory.getLogger(DaemonTask.class);

  private final List<ExitCondition> exitConditions;
  // Written by a thread of the supervisor and the task's, read after the run.
  private volatile int exitCode;
  private volatile Optional<LuhprocException> failure = Optional.empty();

  DaemonTask(List<ExitCondition> exitConditions) {
    this.exitConditions = exitConditions;
  }

  /**
   * Returns the exit code of the run: that of the service that has met an exit condition, else 0.
   *
   * @throws LuhprocException if the daemon could not be opened
   */
  int exitCode() {
    if (failure.isPresent()) {
      throw failure.get();
    }
    return exitCode;
  }

  @Override
  public void run(TaskContext context) throws InterruptedException {
    try {
      serve(context);
    } catch (LuhprocException e) {
      failure = Optional.of(e);
      if (context.directory().isPresent()) {
        throw new StartException(String.valueOf(e.getMessage()));
      }
    }
  }

  private void serve(TaskContext context) throws InterruptedException {
    // A task that was selected by hand has no id.
    Path config =
        context.id().startsWith("/")
            ? Path.of(context.id())
            : ConfigFile.find("", Path.of(""), System.getenv());
    try (Daemon daemon = Daemon.openAsProgram(config)) {
      context.onStop(daemon::requestClose);
      daemon.reloadOnHangup();
      logChanges(daemon);
      CompletableFuture<Void> ignored =
          daemon
              .start(context.arguments().toArray(String[]::new))
              .whenComplete(DaemonTask::logStart);
      exitConditions.forEach(condition -> watch(condition, daemon));
      context.ready();
      daemon.awaitClose();
      observeStop(context);
    }
  }

  /** Clears or prevents the interrupt of a stop, which would disturb the close. */
  private static void observeStop(TaskContext context) {
    boolean ignored = context.stopRequested();
  }

  private static void logChanges(Daemon daemon) {
    EventRegistration ignored = daemon.supervisor().onEvent(DaemonTask::logChange);
  }

  private static void logChange(SupervisorEvent event) {
    if (event instanceof SupervisorEvent.ProcessChanged change) {
      LOG.info(
          "{}/{}: {}: {}",
          change.service(),
          change.process(),
          change.to().name().toLowerCase(Locale.ROOT),
          change.reason().lines().findFirst().orElse(""));
    }
  }

  private static void logStart(Object result, Throwable failure) {
    if (failure != null) {
      LOG.warn("not all services are up: {}", failure.getMessage());
    }
  }

  private void watch(ExitCondition condition, Daemon daemon) {
    CompletableFuture<ServiceStatus> ended = condition.await(daemon.supervisor());
    CompletableFuture<Void> ignored =
        ended.thenAccept(
            status -> {
              exitCode = ExitCondition.exitCode(status);
              daemon.requestClose();
            });
  }

  /** The failure of a daemon in the background, whose log needs no stack trace. */
  private static final class StartException extends LuhprocException {
    private static final long serialVersionUID = 1L;

    StartException(String message) {
      super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }

    @Override
    @SuppressWarnings("OverrideThrowableToString") // Only the name of the class is left out.
    public String toString() {
      return String.valueOf(getMessage());
    }
  }
}
