package io.luhproc.worker.bootstrap;

import io.luhproc.LuhprocException;
import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.time.Deadline;
import java.time.Duration;
import java.util.Optional;

/** The relation of this JVM to the process directory that its environment names. */
public enum WorkerRole {
  /** This JVM is the worker. */
  WORKER,
  /** This JVM was launched as the worker, but another launch or a stop has replaced it. */
  SUPERSEDED,
  /** This JVM was started by the worker and has inherited its environment. */
  DESCENDANT;

  // Longer than a starter needs to record the pid of this JVM, even on a slow disk.
  private static final Duration STARTER_TIMEOUT = Duration.ofSeconds(30);

  /** Returns the role of this JVM. Records this JVM if its starter was killed before it did so. */
  public static WorkerRole resolve(ProcessDirectory directory, Platform platform) {
    long self = platform.table().currentPid();
    if (!isAccessible(directory)) {
      return resolveUnrecorded(platform, self);
    }
    if (directory.recordsPid(self)) {
      return WORKER;
    }
    Optional<ProcessIdentity> other = directory.readRecord().flatMap(ProcessRecord::identity);
    return other.isPresent()
        ? resolveOther(directory, platform, self)
        : selfRegister(directory, platform, self);
  }

  private static boolean isAccessible(ProcessDirectory directory) {
    try {
      return directory.exists();
    } catch (LuhprocException expected) {
      // Another user's directory, as under sudo(8) in a worker, or no directory.
      return false;
    }
  }

  /** Resolves the role when a process is recorded: this one with a damaged pid file, or another. */
  private static WorkerRole resolveOther(ProcessDirectory directory, Platform platform, long self) {
    Optional<ProcessRecord> record = directory.readRecord();
    Optional<ProcessIdentity> recorded = record.flatMap(ProcessRecord::identity);
    if (recorded.isPresent() && recorded.equals(platform.table().identify(self))) {
      return WORKER;
    }
    boolean sameLaunch = record.filter(it -> isOwnLaunch(it, platform)).isPresent();
    return sameLaunch ? DESCENDANT : resolveUnrecorded(platform, self);
  }

  /**
   * Resolves the role when the directory records another launch, or none. A launched worker leads
   * its session; a descendant does so only if it became a daemon.
   */
  private static WorkerRole resolveUnrecorded(Platform platform, long self) {
    return platform.table().leadsSession(self) ? SUPERSEDED : DESCENDANT;
  }

  private static boolean isOwnLaunch(ProcessRecord record, Platform platform) {
    return record
        .launchToken()
        .equals(platform.environment().getOrDefault(EnvironmentNames.LAUNCH, ""));
  }

  /** Waits until the starter has recorded this JVM, or records it if the starter was killed. */
  private static WorkerRole selfRegister(ProcessDirectory directory, Platform platform, long self) {
    Deadline deadline = Deadline.after(platform.time(), STARTER_TIMEOUT);
    Optional<DirectoryLock> lock = directory.lockExisting(deadline);
    if (lock.isEmpty()) {
      return resolveUnrecorded(platform, self);
    }
    DirectoryLock acquired = lock.get();
    try (acquired) {
      Optional<ProcessRecord> record = directory.readRecord();
      if (record.flatMap(ProcessRecord::identity).isPresent()) {
        return directory.recordsPid(self) ? WORKER : resolveOther(directory, platform, self);
      }
      Optional<ProcessRecord> ownRecord = record.filter(it -> isOwnLaunch(it, platform));
      if (ownRecord.isEmpty()) {
        return resolveUnrecorded(platform, self);
      }
      ProcessIdentity identity =
          platform
              .table()
              .identify(self)
              .orElseThrow(
                  () ->
                      new LuhprocException(
                          "cannot record this worker: the process table has no pid " + self));
      directory.writeRecord(ownRecord.get().withIdentity(identity));
      directory.writePid(self);
      return WORKER;
    }
  }
}
