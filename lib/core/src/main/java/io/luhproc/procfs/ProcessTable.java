package io.luhproc.procfs;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import java.util.List;
import java.util.Optional;

/**
 * The processes of this machine, as far as we may see them. Every method may be called by any
 * thread and looks anew.
 */
public interface ProcessTable {

  /** Returns a process, dead or alive, that has this pid now; nothing for a pid below 1. */
  Optional<ProcessStat> find(long pid);

  /** Returns all processes but threads of the kernel, in no order, dead ones included. */
  List<ProcessStat> all();

  /** Returns the pids of all of these. */
  default long[] pids() {
    return all().stream().mapToLong(ProcessStat::pid).toArray();
  }

  /**
   * Returns the value of a variable in the environment that a process was started with; nothing
   * when it has none, when it is gone, and when we may not read it.
   */
  Optional<String> environmentVariable(long pid, String variable);

  /** Returns the pid of this JVM. */
  default long currentPid() {
    return ProcessHandle.current().pid();
  }

  /** Returns which boot of the machine this is, see {@link ProcessIdentity#bootId()}. */
  String bootId();

  /**
   * Returns who has this pid now; nothing when nobody has, or a zombie, or when it is 1 or less.
   */
  default Optional<ProcessIdentity> identify(long pid) {
    if (!ProcessIdentity.isValidPid(pid)) {
      return Optional.empty();
    }
    Optional<ProcessStat> entry = find(pid);
    return entry.isEmpty() || entry.get().isDead()
        ? Optional.empty()
        : Optional.of(identityOf(entry.get()));
  }

  /** Returns who an entry of this table speaks of, dead or alive; its pid must be above 1. */
  default ProcessIdentity identityOf(ProcessStat entry) {
    return new ProcessIdentity(entry.pid(), entry.startTicks(), bootId());
  }

  /** Returns the entry of exactly this process: same boot, same pid, same start, not a zombie. */
  default Optional<ProcessStat> findAlive(ProcessIdentity identity) {
    if (!identity.bootId().equals(bootId())) {
      return Optional.empty();
    }
    Optional<ProcessStat> entry = find(identity.pid());
    boolean same =
        entry.isPresent()
            && entry.get().startTicks() == identity.startTicks()
            && !entry.get().isDead();
    return same ? entry : Optional.empty();
  }

  /** Returns whether exactly this process lives, see {@link #findAlive(ProcessIdentity)}. */
  default boolean isAlive(ProcessIdentity identity) {
    return findAlive(identity).isPresent();
  }

  /**
   * Returns the table of this system: {@code /proc} where there is one, else what {@link
   * ProcessHandle} knows, which is less: no sessions, no groups and no environments.
   */
  static ProcessTable system() {
    return SystemProcessTable.INSTANCE;
  }
}
