package io.luhproc.worker;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.time.DurationAndSizeFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A snapshot of one worker.
 *
 * @param task the variable under which its task is registered
 * @param id the id that it was started with
 * @param state its state
 * @param launched whether the call that returned this launched the worker; false if it was already
 *     running, and for {@code info} and {@code list}
 * @param identity the identity of its process, or of its last process if it has ended; empty if
 *     none was recorded
 * @param directory its process directory
 * @param logFile the active log file of its stdout
 * @param errorFile the active log file of its stderr
 * @param started when it was started
 * @param uptime how long it has run, or ran; empty if it has ended and the time is unknown
 * @param end how it ended; empty while it runs, and if the end is unknown
 * @param rssBytes resident memory in bytes while it runs; empty where the system does not report it
 * @param cpuTime CPU time used so far while it runs; empty where the system does not report it
 * @param classArchive {@code used} if its JVM uses a class archive, else {@code not used:} and why,
 *     see {@link ProcessManager.Builder#classArchive(boolean)}; empty if unknown
 * @param engine the engine that runs it; empty if it runs on this machine
 * @since 0.1
 */
public record WorkerInfo(
    String task,
    String id,
    WorkerState state,
    boolean launched,
    Optional<ProcessIdentity> identity,
    Path directory,
    Path logFile,
    Path errorFile,
    Instant started,
    Optional<Duration> uptime,
    Optional<ProcessEnd> end,
    OptionalLong rssBytes,
    Optional<Duration> cpuTime,
    Optional<String> classArchive,
    Optional<EngineRun> engine) {
  private static final int SIGNAL_CODE_BASE = 128;

  /**
   * The run of a worker on an engine.
   *
   * @param address the address of the engine, such as {@code k8s:batch}
   * @param incarnation identifies the run there, such as the uid of a Job
   * @param where the place that it runs at, such as a pod and its node; empty before it has one
   * @param detail what the engine says in addition, such as why it does not run yet
   */
  public record EngineRun(
      String address, String incarnation, Optional<String> where, Optional<String> detail) {}

  /** Returns the pid of the current or last process; empty if none was recorded. */
  public OptionalLong pid() {
    return identity.isPresent() ? OptionalLong.of(identity.get().pid()) : OptionalLong.empty();
  }

  /** Returns the exit code, 128 + signal number after a signal; empty if it runs or is unknown. */
  public OptionalInt exitCode() {
    return end.isPresent() ? end.get().exitCode() : OptionalInt.empty();
  }

  /** Returns the signal that ended it or requested its stop; empty if there was none. */
  public Optional<Signal> signal() {
    return end.flatMap(ProcessEnd::signal);
  }

  /** Returns when it ended; empty if it runs or the time is unknown. */
  public Optional<Instant> ended() {
    return end.map(ProcessEnd::time);
  }

  /**
   * Returns five lines whose format never changes, for task, pid, directory, log file and error
   * file, followed by lines for the other known values.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(256);
    text.append("task: ").append(task).append(" (id: ").append(id).append(")\n");
    text.append("pid: ").append(identity.isPresent() ? Long.toString(identity.get().pid()) : "-");
    text.append("\ndirectory: ").append(directory);
    text.append("\nlog file: ").append(logFile);
    text.append("\nerror file: ").append(errorFile);
    text.append("\nstate: ").append(state.name().toLowerCase(Locale.ROOT));
    if (engine.isPresent()) {
      appendEngine(text, engine.get());
    }
    text.append("\nstarted: ").append(started);
    if (classArchive.isPresent()) {
      text.append("\nclass archive: ").append(classArchive.get());
    }
    // No lambdas: each costs a measurable part of a cold "info" command.
    if (uptime.isPresent()) {
      text.append("\nuptime: ").append(DurationAndSizeFormat.format(uptime.get()));
    }
    if (end.isPresent()) {
      text.append("\nend: ").append(describe(end.get()));
    } else if (state == WorkerState.ENDED) {
      text.append("\nend: unknown; its starter had exited before it, or the machine was restarted");
    }
    if (rssBytes.isPresent()) {
      text.append("\nrss: ").append(DurationAndSizeFormat.format(rssBytes.getAsLong()));
    }
    if (cpuTime.isPresent()) {
      text.append("\ncpu: ").append(DurationAndSizeFormat.format(cpuTime.get()));
    }
    return text.toString();
  }

  /** Describes how a process ended, in one line with cause and exit code. */
  static String describe(ProcessEnd end) {
    if (end.exitCode().isEmpty()) {
      return end.reason();
    }
    int code = end.exitCode().getAsInt();
    boolean named =
        end.reason().endsWith(" " + code)
            || (end.signal().isPresent()
                && end.signal().get().number() + SIGNAL_CODE_BASE == code
                && end.reason().equals("killed by SIG" + end.signal().get()));
    return named ? end.reason() : end.reason() + " (exit code " + code + ")";
  }

  private static void appendEngine(StringBuilder text, EngineRun run) {
    text.append("\nengine: ").append(run.address()).append(" (").append(run.incarnation());
    text.append(')');
    if (run.where().isPresent()) {
      text.append("\nwhere: ").append(run.where().get());
    }
    if (run.detail().isPresent()) {
      text.append("\ndetail: ").append(run.detail().get());
    }
  }
}
