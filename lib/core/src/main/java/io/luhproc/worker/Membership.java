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
enum Membership {
  WORKER,
  SUPERSEDED,
  STRANGER;

  // Longer than a starter needs between launching us and recording our pid, however slow the disk.
  private static final Duration LONGEST_WAIT_FOR_STARTER = Duration.ofSeconds(30);

  /** Finds out, and records this JVM when its starter was killed before it could. */
  static Membership of(ProcessDirectory directory, Parts parts) {
    long self = parts.table().currentPid();
    if (!isUsable(directory)) {
      return unrecorded(parts, self);
    }
    if (isRecorded(directory, self)) {
      return WORKER;
    }
    Optional<ProcessIdentity> other = directory.readRecord().flatMap(ProcessRecord::identity);
    return other.isPresent() ? amongOthers(directory, parts, self) : claim(directory, parts, self);
  }

  private static boolean isUsable(ProcessDirectory directory) {
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
  private static Membership amongOthers(ProcessDirectory directory, Parts parts, long self) {
    Optional<ProcessRecord> description = directory.readRecord();
    Optional<ProcessIdentity> recorded = description.flatMap(ProcessRecord::identity);
    if (recorded.isPresent() && recorded.equals(parts.table().identify(self))) {
      return WORKER;
    }
    boolean current = description.filter(it -> isLaunch(it, parts)).isPresent();
    return current ? STRANGER : unrecorded(parts, self);
  }

  /**
   * The directory knows another launch, or none. A launch of ours leads its session; what a worker
   * starts does so only when it daemonised itself.
   */
  private static Membership unrecorded(Parts parts, long self) {
    boolean leads =
        parts.table().find(self).map(ProcessStat::sessionId).filter(it -> it == self).isPresent();
    return leads ? SUPERSEDED : STRANGER;
  }

  private static boolean isLaunch(ProcessRecord description, Parts parts) {
    return description
        .launchToken()
        .equals(parts.system().environment().getOrDefault(Variables.LAUNCH, ""));
  }

  /** Nobody is recorded: the starter is about to record us, or was killed and we do it. */
  private static Membership claim(ProcessDirectory directory, Parts parts, long self) {
    Deadline deadline = Deadline.after(parts.time(), LONGEST_WAIT_FOR_STARTER);
    Optional<DirectoryLock> lock = directory.lockExisting(deadline);
    if (lock.isEmpty()) {
      return unrecorded(parts, self);
    }
    DirectoryLock held = lock.get();
    try (held) {
      Optional<ProcessRecord> description = directory.readRecord();
      if (description.flatMap(ProcessRecord::identity).isPresent()) {
        return isRecorded(directory, self) ? WORKER : amongOthers(directory, parts, self);
      }
      Optional<ProcessRecord> ours = description.filter(it -> isLaunch(it, parts));
      if (ours.isEmpty()) {
        return unrecorded(parts, self);
      }
      ProcessIdentity who =
          parts
              .table()
              .identify(self)
              .orElseThrow(() -> new LuhprocException("this process does not see itself"));
      directory.writeRecord(ours.get().withIdentity(who));
      directory.writePid(self);
      return WORKER;
    }
  }
}
