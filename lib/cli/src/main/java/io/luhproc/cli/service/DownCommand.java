package io.luhproc.cli.service;

import io.luhproc.LuhprocException;
import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.EventStream;
import io.luhproc.cli.client.Reply;
import io.luhproc.cli.client.UnreachableException;
import io.luhproc.daemon.StateDirectory;
import io.luhproc.time.Deadline;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** Command {@code down}. */
final class DownCommand extends ProgramCommand {
  private static final Duration EXIT_TIMEOUT = Duration.ofSeconds(10);

  DownCommand() {
    super("down", "Stop all services in order, then the daemon, and wait until it is gone.");
    addFileOption();
    addTimeoutOption("How long to wait; default 90s.");
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    StateDirectory state = stateDirectory(parseResult);
    Duration timeout = timeout(parseResult, "90s");
    Deadline deadline = Deadline.after(TimeSource.system(), timeout);
    DaemonClient client = client(state);
    if (!client.isReachable()) {
      console.printMessage("the daemon of " + state.config() + " is not running");
      return ExitCode.SUCCESS.code();
    }
    Optional<ProcessHandle> daemon = daemon(state.inUse());
    if (!shutDown(client, deadline)) {
      console.printMessage(
          "the daemon of "
              + state.config()
              + " is still stopping its services after "
              + DurationAndSizeFormat.format(timeout)
              + "; see luhproc status");
      return ExitCode.STOP_FAILED.code();
    }
    awaitExit(daemon);
    return ExitCode.SUCCESS.code();
  }

  /**
   * Requests the end and waits until the HTTP server is closed, after all services have stopped.
   */
  private static boolean shutDown(DaemonClient client, Deadline deadline) {
    try (EventStream events = client.openEvents("/events", "")) {
      Reply ignored = client.post("/shutdown");
      while (!deadline.isExpired()) {
        if (!events.awaitChange(deadline.remaining())) {
          return true;
        }
      }
      return false;
    } catch (UnreachableException expected) {
      return true; // It was killed, or another command has stopped it.
    }
  }

  /** Returns the process that holds the lock of a directory. */
  private static Optional<ProcessHandle> daemon(Path directory) {
    try {
      String pid = Files.readString(directory.resolve("pid")).strip();
      return pid.matches("[0-9]{1,10}") ? ProcessHandle.of(Long.parseLong(pid)) : Optional.empty();
    } catch (IOException expected) {
      return Optional.empty(); // It is gone already.
    }
  }

  /** Waits for the end of the JVM, unless it is an app that goes on without its daemon. */
  private static void awaitExit(Optional<ProcessHandle> daemon) {
    Deadline deadline = Deadline.after(TimeSource.system(), EXIT_TIMEOUT);
    try {
      boolean ignored = daemon.isEmpty() || deadline.await(() -> !daemon.get().isAlive());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuhprocException("interrupted while waiting for the daemon", e);
    }
  }
}
