package io.luhproc.supervisor.runtime;

import io.luhproc.DirectoryLockedException;
import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessFinder;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.limits.LimitReport;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.Command;
import io.luhproc.supervisor.state.RecoveredProcess;
import io.luhproc.supervisor.state.RunningProcess;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the remains of processes of a former supervisor, for services that are added together.
 * Scans the process table at most once, and only where a directory does not answer.
 */
public final class ProcessRecovery {
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);
  private static final String LAUNCHED_BEFORE = "launched by a former supervisor";

  private final ProcessTable table;
  private final TimeSource timeSource;
  private final ProcessFinder processFinder;
  private @Nullable Set<String> liveMarkers;

  ProcessRecovery(ProcessTable table, TimeSource timeSource) {
    this.table = table;
    this.timeSource = timeSource;
    this.processFinder = new ProcessFinder(table);
  }

  /** Returns the remains of a process whose directory exists. */
  RecoveredProcess recover(
      LocalInstance instance, Function<Optional<ProcessIdentity>, LimitReport> limitsOf) {
    ProcessDirectory directory = instance.location().directory();
    Optional<ProcessIdentity> identity = findProcess(directory);
    LimitReport limits = limitsOf.apply(identity);
    Optional<ProcessRecord> description = directory.readRecord();
    Optional<RunningProcess> alive =
        identity.map(
            it ->
                new RunningProcess(
                    it,
                    description.map(ProcessRecord::startedAt).orElseGet(timeSource::now),
                    limits));
    return new RecoveredProcess(
        directory.isDesiredUp(),
        identity.isPresent() ? RecoveredProcess.Trace.ALIVE : traceOfExited(directory),
        alive,
        identity.filter(it -> isStopped(table, it)).isPresent(),
        description.flatMap(ProcessRecord::end),
        describeOrigin(instance, description));
  }

  /** Returns whether a process is stopped by a signal; its descendants do not matter. */
  public static boolean isStopped(ProcessTable table, ProcessIdentity identity) {
    return table
        .find(identity.pid())
        .filter(it -> it.startTicks() == identity.startTicks() && it.isStopped())
        .isPresent();
  }

  private RecoveredProcess.Trace traceOfExited(ProcessDirectory directory) {
    boolean launched = directory.hasRecord();
    // Leftovers of a wanted process are stopped before it is started again, as after any exit.
    if (launched && directory.isDesiredUp()) {
      return RecoveredProcess.Trace.LAUNCHED;
    }
    if (hasLeftovers(directory)) {
      return RecoveredProcess.Trace.LEFTOVERS;
    }
    return launched ? RecoveredProcess.Trace.LAUNCHED : RecoveredProcess.Trace.NONE;
  }

  /** Returns the live process of a directory; records its identity where that is missing. */
  private Optional<ProcessIdentity> findProcess(ProcessDirectory directory) {
    Optional<ProcessRecord> description = directory.readRecord();
    boolean recorded = description.flatMap(ProcessRecord::identity).isPresent();
    if (!recorded && (isNeverLaunched(directory) || !hasLeftovers(directory))) {
      return Optional.empty();
    }
    Optional<ProcessIdentity> identity = processFinder.find(directory, description);
    boolean named = identity.map(ProcessIdentity::pid).equals(directory.readPid());
    if (identity.isPresent() && (!recorded || !named)) {
      recordIdentity(directory, identity.get());
    }
    return identity;
  }

  /** A process in such a directory is a command that was run before the launch. */
  private static boolean isNeverLaunched(ProcessDirectory directory) {
    return !directory.hasRecord() && directory.readPid().isEmpty();
  }

  /** The supervisor was killed right after the launch. A task records itself when it starts. */
  private void recordIdentity(ProcessDirectory directory, ProcessIdentity identity) {
    try {
      Optional<DirectoryLock> lock = directory.lock(Deadline.after(timeSource, LOCK_TIMEOUT));
      if (lock.isPresent()) {
        DirectoryLock held = lock.get();
        try (held) {
          directory
              .readRecord()
              .filter(it -> it.identity().isEmpty())
              .ifPresent(it -> directory.writeRecord(it.withIdentity(identity)));
          directory.writePid(identity.pid());
        }
      }
    } catch (DirectoryLockedException expected) {
      // The task is recording itself.
    }
  }

  /** Returns whether a live process carries the marker of a directory. */
  private boolean hasLeftovers(ProcessDirectory directory) {
    Set<String> known = liveMarkers;
    if (known == null) {
      known = readLiveMarkers();
      liveMarkers = known;
    }
    return known.contains(directory.path().toString());
  }

  private Set<String> readLiveMarkers() {
    Set<String> all = new HashSet<>();
    for (ProcessStat entry : table.all()) {
      if (ProcessIdentity.isValidPid(entry.pid())
          && !entry.isDead()
          && entry.pid() != table.currentPid()) {
        table.environmentVariable(entry.pid(), EnvironmentNames.DIRECTORY).ifPresent(all::add);
      }
    }
    return all;
  }

  // The origin.

  private static String describeOrigin(
      LocalInstance instance, Optional<ProcessRecord> description) {
    boolean older = description.filter(it -> !isSameCommand(instance, it.command())).isPresent();
    return older
        ? LAUNCHED_BEFORE
            + " with another command or directory; restart it to run what its spec says now"
        : LAUNCHED_BEFORE;
  }

  private static boolean isSameCommand(LocalInstance instance, LaunchedCommand launched) {
    if (!launched.workingDirectory().equals(InstanceLauncher.workingDirectory(instance))) {
      return false;
    }
    // The command line of a task is that of this app, which may have been updated meanwhile.
    return instance.spec().command() instanceof Command.TaskCommand task
        ? launched.arguments().equals(task.arguments())
            && launched.jvmOptions().equals(task.jvmOptions())
        : launched.argv().equals(LaunchCommandBuilder.argv(instance.spec().command()));
  }
}
