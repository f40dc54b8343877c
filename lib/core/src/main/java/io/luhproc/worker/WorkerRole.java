package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.time.Deadline;
import java.time.Duration;
import java.util.Optional;

/**
 * What this JVM is to the directory that its environment names: the worker itself, something that a
 * worker started, or a launch whose starter was killed and that another has replaced.
 */
enum WorkerRole {
  WORKER,
  SUPERSEDED,
  DESCENDANT;

  // Longer than a starter needs between launching us and recording our pid, however slow the disk.
  private static final Duration STARTER_TIMEOUT = Duration.ofSeconds(30);

  /** Finds out, and records this JVM when its starter was killed before it could. */
  static WorkerRole resolve(ProcessDirectory directory, ManagerContext context) {
    long self = context.table().currentPid();
    if (!isAccessible(directory)) {
      return resolveUnrecorded(context, self);
    }
    if (isRecorded(directory, self)) {
      return WORKER;
    }
    Optional<ProcessIdentity> other = directory.readRecord().flatMap(ProcessRecord::identity);
    return other.isPresent()
        ? resolveOther(directory, context, self)
        : selfRegister(directory, context, self);
  }

  private static boolean isAccessible(ProcessDirectory directory) {
    try {
      return directory.exists();
    } catch (LuhprocException expected) {
      // What is another user's, as for sudo(8) in a worker, or no directory, cannot record us.
      return false;
    }
  }

  private static boolean isRecorded(ProcessDirectory directory, long self) {
    Optional<Long> recorded = directory.readPid();
    return recorded.isPresent() && recorded.get() == self;
  }

  /** Some process is recorded: us under a pid file that somebody spoilt, or not us. */
  private static WorkerRole resolveOther(
      ProcessDirectory directory, ManagerContext context, long self) {
    Optional<ProcessRecord> record = directory.readRecord();
    Optional<ProcessIdentity> recorded = record.flatMap(ProcessRecord::identity);
    if (recorded.isPresent() && recorded.equals(context.table().identify(self))) {
      return WORKER;
    }
    boolean sameLaunch = record.filter(it -> isOwnLaunch(it, context)).isPresent();
    return sameLaunch ? DESCENDANT : resolveUnrecorded(context, self);
  }

  /**
   * The directory knows another launch, or none. A launch of ours leads its session; what a worker
   * starts does so only when it daemonised itself.
   */
  private static WorkerRole resolveUnrecorded(ManagerContext context, long self) {
    boolean leadsSession =
        context.table().find(self).map(ProcessStat::sessionId).filter(it -> it == self).isPresent();
    return leadsSession ? SUPERSEDED : DESCENDANT;
  }

  private static boolean isOwnLaunch(ProcessRecord record, ManagerContext context) {
    return record
        .launchToken()
        .equals(context.platform().environment().getOrDefault(WorkerEnvironment.LAUNCH, ""));
  }

  /** Nobody is recorded: the starter is about to record us, or was killed and we do it. */
  private static WorkerRole selfRegister(
      ProcessDirectory directory, ManagerContext context, long self) {
    Deadline deadline = Deadline.after(context.time(), STARTER_TIMEOUT);
    Optional<DirectoryLock> lock = directory.lockExisting(deadline);
    if (lock.isEmpty()) {
      return resolveUnrecorded(context, self);
    }
    DirectoryLock acquired = lock.get();
    try (acquired) {
      Optional<ProcessRecord> record = directory.readRecord();
      if (record.flatMap(ProcessRecord::identity).isPresent()) {
        return isRecorded(directory, self) ? WORKER : resolveOther(directory, context, self);
      }
      Optional<ProcessRecord> ownRecord = record.filter(it -> isOwnLaunch(it, context));
      if (ownRecord.isEmpty()) {
        return resolveUnrecorded(context, self);
      }
      ProcessIdentity identity =
          context
              .table()
              .identify(self)
              .orElseThrow(() -> new LuhprocException("this process does not see itself"));
      directory.writeRecord(ownRecord.get().withIdentity(identity));
      directory.writePid(self);
      return WORKER;
    }
  }
}
