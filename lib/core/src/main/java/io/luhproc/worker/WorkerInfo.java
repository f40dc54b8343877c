package io.luhproc.worker;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.time.DurationAndSizeFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known about one worker at one moment.
 *
 * @param task the variable that its task is registered under
 * @param id the id that it was started with
 * @param state whether it runs
 * @param launched whether the call that returned this launched it; false when it ran already, and
 *     for {@code info} and {@code list}
 * @param identity the identity of its process, of the last one when it ended; empty when it was
 *     never recorded
 * @param directory its process directory
 * @param logFile the live file of its stdout
 * @param errorFile the live file of its stderr
 * @param started when it was started
 * @param uptime how long it has run, or ran; empty when it ended and nobody saw when
 * @param end how it ended; empty while it runs, and when nobody saw it end
 * @param rssBytes resident memory in bytes, while it runs and where the system tells
 * @param cpuTime CPU time used so far, while it runs and where the system tells
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
    Optional<Duration> cpuTime) {

  /** Returns five lines that never change their shape, and after them what else is known. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(256);
    text.append("task: ").append(task).append(" (id: ").append(id).append(")\n");
    text.append("pid: ").append(identity.isPresent() ? Long.toString(identity.get().pid()) : "-");
    text.append("\ndirectory: ").append(directory);
    text.append("\nlog file: ").append(logFile);
    text.append("\nerror file: ").append(errorFile);
    text.append("\nstate: ").append(state.name().toLowerCase(Locale.ROOT));
    text.append("\nstarted: ").append(started);
    // Without lambdas: an info of the command line lives so briefly that each one shows.
    if (uptime.isPresent()) {
      text.append("\nuptime: ").append(DurationAndSizeFormat.format(uptime.get()));
    }
    if (end.isPresent()) {
      text.append("\nend: ").append(end.get());
    }
    if (rssBytes.isPresent()) {
      text.append("\nrss: ").append(DurationAndSizeFormat.format(rssBytes.getAsLong()));
    }
    if (cpuTime.isPresent()) {
      text.append("\ncpu: ").append(DurationAndSizeFormat.format(cpuTime.get()));
    }
    return text.toString();
  }
}
