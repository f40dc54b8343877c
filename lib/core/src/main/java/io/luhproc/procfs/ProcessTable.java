package io.luhproc.procfs;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The process table of this machine, as far as this user may read it. Thread-safe; every call reads
 * anew.
 */
public interface ProcessTable {

  /** Returns the process, dead or alive, that has a pid now; empty for a pid below 1. */
  Optional<ProcessStat> find(long pid);

  /**
   * Returns the process that has a pid now, like {@link #find}, at little cost if there is none.
   */
  default Optional<ProcessStat> probe(long pid) {
    return find(pid);
  }

  /** Returns whether a process leads a session; false if it does not exist. */
  default boolean leadsSession(long pid) {
    Optional<ProcessStat> process = find(pid);
    return process.isPresent() && process.get().sessionId() == pid;
  }

  /** Returns all processes except kernel threads in no particular order, including dead ones. */
  List<ProcessStat> all();

  /** Returns the pids of {@link #all()}. */
  default long[] pids() {
    return all().stream().mapToLong(ProcessStat::pid).toArray();
  }

  /**
   * Returns the value of a variable in the initial environment of a process.
   *
   * @return empty if the variable is not set, the process does not exist, or this user may not read
   *     its environment
   */
  Optional<String> environmentVariable(long pid, String variable);

  /**
   * Returns the limit marker of a process, which every user may read.
   *
   * @return empty if its soft limit RLIMIT_LOCKS is no marker, the process does not exist, or the
   *     table has no limits
   */
  default Optional<LimitMarker> limitMarker(long pid) {
    return Optional.empty();
  }

  /**
   * Returns the real user id of a process.
   *
   * @return empty if the process does not exist or the table has no users
   */
  default OptionalLong realUserId(long pid) {
    return OptionalLong.empty();
  }

  /**
   * Returns whether a process runs no instruction until SIGCONT: it is stopped, or will be when it
   * leaves the kernel. A parent in vfork(2), as a shell uses it, waits there until its child
   * executes a program; it cannot stop before, and a child that is stopped does not execute.
   */
  default boolean isStopped(ProcessStat process) {
    return process.isStopped() || (process.isUninterruptible() && isStopPending(process.pid()));
  }

  /** Returns whether SIGSTOP was sent to a process and has not taken effect. */
  default boolean isStopPending(long pid) {
    return false;
  }

  /**
   * Returns the pids of the children of the main thread of a process. They include those that it
   * has adopted as child subreaper, see PR_SET_CHILD_SUBREAPER in prctl(2).
   *
   * @return no pids if the process does not exist or {@link #pidCounter()} is empty
   */
  default long[] mainThreadChildren(long pid) {
    return new long[0];
  }

  /**
   * Returns the counter of allocated pids; empty if this system has none, or does not list the
   * children of a process.
   */
  default Optional<PidCounter> pidCounter() {
    return Optional.empty();
  }

  /**
   * Returns the initial environment of a process.
   *
   * @return empty if the process does not exist, this user may not read its environment, or the
   *     system does not provide it
   */
  default Optional<Map<String, String>> environment(long pid) {
    return Optional.empty();
  }

  /** Returns the pid of this JVM. */
  default long currentPid() {
    return ProcessHandle.current().pid();
  }

  /**
   * Returns whether the pids of this table are those of the pid namespace of this JVM. In a new pid
   * namespace {@code /proc} is that of the outer one until it is mounted again, see
   * pid_namespaces(7). A signal would then reach another process than the one that was found.
   */
  default boolean isOfOwnNamespace() {
    return true;
  }

  /**
   * Checks {@link #isOfOwnNamespace()}.
   *
   * @param action what cannot be done otherwise, for the message, such as "start INDEXER/main"
   * @throws LuhprocException if the table belongs to another pid namespace
   */
  default void requireOwnNamespace(String action) {
    if (!isOfOwnNamespace()) {
      throw new LuhprocException(
          "cannot "
              + action
              + ": /proc belongs to another pid namespace; mount proc in this one (`mount -t proc"
              + " proc /proc`, or unshare(1) with --mount-proc)");
    }
  }

  /** Returns the id of the current boot, see {@link ProcessIdentity#bootId()}. */
  String bootId();

  /**
   * Returns the identity of the live process that has a pid now; empty if there is none, or if the
   * pid is 1 or less.
   */
  default Optional<ProcessIdentity> identify(long pid) {
    if (!ProcessIdentity.isValidPid(pid)) {
      return Optional.empty();
    }
    Optional<ProcessStat> process = find(pid);
    return process.isEmpty() || process.get().isDead()
        ? Optional.empty()
        : Optional.of(identityOf(process.get()));
  }

  /** Returns the identity of a process read from this table. Its pid must be above 1. */
  default ProcessIdentity identityOf(ProcessStat process) {
    return new ProcessIdentity(process.pid(), process.startTicks(), bootId());
  }

  /** Returns the live process with an identity; empty if it has exited or the boot differs. */
  default Optional<ProcessStat> findAlive(ProcessIdentity identity) {
    return identity.bootId().equals(bootId())
        ? findAlive(identity.pid(), identity.startTicks())
        : Optional.empty();
  }

  private Optional<ProcessStat> findAlive(long pid, long startTicks) {
    Optional<ProcessStat> process = find(pid);
    boolean same =
        process.isPresent() && process.get().startTicks() == startTicks && !process.get().isDead();
    return same ? process : Optional.empty();
  }

  /** Returns whether the process with an identity is alive. */
  default boolean isAlive(ProcessIdentity identity) {
    return findAlive(identity).isPresent();
  }

  /** Returns whether a process read from this table is still alive. */
  default boolean isAlive(ProcessStat process) {
    return findAlive(process.pid(), process.startTicks()).isPresent();
  }

  /**
   * Returns the process table of this system.
   *
   * <p>Reads {@code /proc} if it exists. Otherwise uses {@link ProcessHandle}, which has no
   * sessions, process groups or environments.
   */
  static ProcessTable system() {
    return SystemReaders.Table.INSTANCE;
  }
}
