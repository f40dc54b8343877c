package io.luhproc.process;

import io.luhproc.procfs.SystemInfoReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the system tells of one process. Parts that this user may not see, of another user's process
 * say, are empty, and so is what a system without {@code /proc} does not know.
 *
 * <p>The parts are read one after the other, in this order, within some 50 us; of a process that
 * ends meanwhile the later ones are empty. What costs more is asked for by itself: {@link
 * #childrenOf(long)}, {@link #pssOf(long)}.
 *
 * @param stat its row of the process table: parent, state, name, CPU time, RSS, threads
 * @param identity which process it is for all time; empty for init and for a dead one
 * @param startTime when it was started, right to a second: the kernel tells the time of boot in
 *     whole ones
 * @param commandLine all arguments, each by itself; empty for a zombie and a thread of the kernel.
 *     A process may write over its own
 * @param userId the effective user id
 * @param openFileDescriptors how many descriptors it has open
 * @param io what it has read and written
 * @param cgroups the path of its cgroup by the name of the controller, such as {@code memory} or
 *     {@code name=systemd}, in version 1; under the empty name that of version 2
 */
public record ProcessInfo(
    ProcessStat stat,
    Optional<ProcessIdentity> identity,
    Optional<Instant> startTime,
    List<String> commandLine,
    OptionalLong userId,
    OptionalInt openFileDescriptors,
    Optional<IoCounters> io,
    Map<String, String> cgroups) {

  /** Copies the list and the map. */
  public ProcessInfo {
    commandLine = List.copyOf(commandLine);
    cgroups = Map.copyOf(cgroups);
  }

  /** Returns the process id. */
  public long pid() {
    return stat.pid();
  }

  /** Returns the memory it holds in RAM, shared pages included; nothing where it is not known. */
  public OptionalLong rssBytes() {
    return stat.threadCount() == 0 ? OptionalLong.empty() : OptionalLong.of(stat.rssBytes());
  }

  /** Returns how many threads it has; nothing where it is not known. */
  public OptionalInt threadCount() {
    return stat.threadCount() == 0 ? OptionalInt.empty() : OptionalInt.of(stat.threadCount());
  }

  /** Returns what is known of the process, dead or alive, that has a pid now. */
  public static Optional<ProcessInfo> of(long pid) {
    return SystemInfoReader.INSTANCE.read(pid);
  }

  /**
   * Returns the pids of the children that a process has now, zombies among them, in no order; none
   * when it is gone. Where the kernel keeps no such list (CONFIG_PROC_CHILDREN) and may not show it
   * to us, the whole process table is read for it.
   */
  public static List<Long> childrenOf(long pid) {
    return SystemInfoReader.INSTANCE.childPids(pid);
  }

  /**
   * Returns the memory of a process in RAM, with its part only of each page that it shares, see
   * {@code /proc/PID/smaps_rollup}. The kernel walks all its pages for it: some milliseconds for a
   * large one.
   *
   * @return nothing when the process is gone, when it is another user's, and where it is not known
   */
  public static OptionalLong pssOf(long pid) {
    return SystemInfoReader.INSTANCE.pssBytes(pid);
  }
}
