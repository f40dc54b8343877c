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
import io.luhproc.process.ProcessInfo;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.LimitMarker;
import io.luhproc.procfs.ProcessInfoReader;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.service.Command;
import io.luhproc.supervisor.state.RecoveredProcess;
import io.luhproc.supervisor.state.RunningProcess;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a former supervisor left of processes, for services that are added together. Scans the
 * process table at most once, and only if a directory does not identify its process.
 */
public final class ProcessRecovery {
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);
  private static final String LAUNCHED_BEFORE = "launched by a former supervisor";

  private final ProcessTable table;
  private final TimeSource timeSource;
  private final ProcessFinder processFinder;
  private @Nullable LiveMarkers liveMarkers;

  ProcessRecovery(ProcessTable table, TimeSource timeSource) {
    this.table = table;
    this.timeSource = timeSource;
    this.processFinder = new ProcessFinder(table);
  }

  /** Returns what is left of a process whose directory exists. */
  RecoveredProcess recover(
      LocalInstance instance, Function<Optional<ProcessIdentity>, LimitReport> limitsOf) {
    ProcessDirectory directory = instance.location().directory();
    Optional<ProcessRecord> found = directory.readRecord();
    if (found.filter(ProcessRecord::isUnfinishedOnEngine).isPresent()) {
      return recoverRemote(instance, found.get());
    }
    Optional<ProcessIdentity> identity = findProcess(directory, found);
    LimitReport limits = limitsOf.apply(identity);
    Optional<ProcessRecord> record = directory.readRecord();
    instance.setTreeMarks(record.flatMap(ProcessRecord::limitMarker));
    Optional<RunningProcess> alive =
        identity.map(
            it ->
                new RunningProcess(
                    it,
                    record
                        .map(ProcessRecord::startedAt)
                        .or(() -> startTime(it))
                        .orElseGet(timeSource::now),
                    limits));
    return new RecoveredProcess(
        directory.isDesiredUp(),
        identity.isPresent() ? RecoveredProcess.Trace.ALIVE : traceOfExited(directory),
        alive,
        identity.filter(it -> isStopped(table, it)).isPresent(),
        record.flatMap(ProcessRecord::readyAt).isPresent(),
        record.flatMap(ProcessRecord::end),
        describeOrigin(instance, record));
  }

  /**
   * Returns what is left of a process that an engine runs, or may run: an engine is not asked here.
   * A start that was not seen to succeed is repeated with its token, which starts no second one.
   */
  private static RecoveredProcess recoverRemote(LocalInstance instance, ProcessRecord record) {
    boolean desiredUp = instance.location().directory().isDesiredUp();
    boolean repeated =
        desiredUp
            && instance
                .spec()
                .engine()
                .filter(it -> RemoteLaunch.isRepeatable(record, it))
                .isPresent();
    Instant startedAt = record.runningAt().orElse(record.startedAt());
    return new RecoveredProcess(
        desiredUp,
        repeated ? RecoveredProcess.Trace.NONE : RecoveredProcess.Trace.ALIVE,
        repeated ? Optional.empty() : Optional.of(RunningProcess.remote(startedAt)),
        false,
        record.readyAt().isPresent(),
        Optional.empty(),
        describeOrigin(instance, Optional.of(record)));
  }

  private static Optional<Instant> startTime(ProcessIdentity identity) {
    return ProcessInfoReader.system().read(identity.pid()).flatMap(ProcessInfo::startTime);
  }

  /** Returns whether a process itself is stopped by a signal, ignoring its descendants. */
  public static boolean isStopped(ProcessTable table, ProcessIdentity identity) {
    return table
        .find(identity.pid())
        .filter(it -> it.startTicks() == identity.startTicks() && table.isStopped(it))
        .isPresent();
  }

  private RecoveredProcess.Trace traceOfExited(ProcessDirectory directory) {
    boolean launched = directory.hasRecord();
    // If the desired state is up, leftovers are stopped before the next start, as after any exit.
    if (launched && directory.isDesiredUp()) {
      return RecoveredProcess.Trace.LAUNCHED;
    }
    if (hasLeftovers(directory)) {
      return RecoveredProcess.Trace.LEFTOVERS;
    }
    return launched ? RecoveredProcess.Trace.LAUNCHED : RecoveredProcess.Trace.NONE;
  }

  /** Returns the live process of a directory; records its identity if that is missing. */
  private Optional<ProcessIdentity> findProcess(
      ProcessDirectory directory, Optional<ProcessRecord> record) {
    boolean recorded = record.flatMap(ProcessRecord::identity).isPresent();
    if (!recorded && (isNeverLaunched(directory) || !hasLeftovers(directory))) {
      return Optional.empty();
    }
    Optional<ProcessIdentity> identity = processFinder.find(directory, record);
    boolean named = identity.map(ProcessIdentity::pid).equals(directory.readPid());
    if (identity.isPresent() && (!recorded || !named)) {
      recordIdentity(directory, identity.get());
    }
    return identity;
  }

  /**
   * Returns whether no launch is recorded. A live process is then an {@code execStartPre} command.
   */
  private static boolean isNeverLaunched(ProcessDirectory directory) {
    return !directory.hasRecord() && directory.readPid().isEmpty();
  }

  /**
   * Records an identity that is missing because the supervisor was killed right after the launch.
   */
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

  /** Returns whether a live process carries the marker of a directory or of its last launch. */
  private boolean hasLeftovers(ProcessDirectory directory) {
    LiveMarkers known = liveMarkers;
    if (known == null) {
      known = readLiveMarkers();
      liveMarkers = known;
    }
    return known.directories().contains(directory.path().toString())
        || directory
            .readRecord()
            .flatMap(ProcessRecord::limitMarker)
            .filter(known.limits()::contains)
            .isPresent();
  }

  private LiveMarkers readLiveMarkers() {
    LiveMarkers all = new LiveMarkers(new HashSet<>(), new HashSet<>());
    for (ProcessStat entry : table.all()) {
      if (ProcessIdentity.isValidPid(entry.pid())
          && !entry.isDead()
          && entry.pid() != table.currentPid()) {
        table
            .environmentVariable(entry.pid(), EnvironmentNames.DIRECTORY)
            .ifPresentOrElse(
                all.directories()::add,
                () -> table.limitMarker(entry.pid()).ifPresent(all.limits()::add));
      }
    }
    return all;
  }

  /**
   * The markers of all live processes.
   *
   * @param directories their environment markers
   * @param limits the limit markers of those that have no environment marker
   */
  private record LiveMarkers(Set<String> directories, Set<LimitMarker> limits) {}

  // The origin.

  private static String describeOrigin(LocalInstance instance, Optional<ProcessRecord> record) {
    boolean older = record.filter(it -> !isSameCommand(instance, it.command())).isPresent();
    return older
        ? LAUNCHED_BEFORE
            + " with another command or directory; restart it to run what its spec says now"
        : LAUNCHED_BEFORE;
  }

  private static boolean isSameCommand(LocalInstance instance, LaunchedCommand launched) {
    if (!launched.workingDirectory().equals(InstanceLauncher.workingDirectory(instance))) {
      return false;
    }
    // Does not compare the command lines of tasks: the app may have been updated since.
    return instance.spec().command() instanceof Command.TaskCommand task
        ? launched.arguments().equals(task.arguments())
            && launched.jvmOptions().equals(task.jvmOptions())
        : launched.argv().equals(LaunchCommandBuilder.argv(instance.spec().command()));
  }
}
