package io.luhproc.process;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Details of one process, as the operating system reports them.
 *
 * <p>A value is empty if this user may not read it, for example of another user's process, or if
 * the system has no {@code /proc}. The values are read one after the other in about 50 us. If the
 * process exits in between, the remaining values are empty.
 *
 * @param stat the row of the process table: parent, state, name, CPU time, RSS, threads
 * @param identity the identity of the process; empty for init and for a dead process
 * @param startTime the start time, accurate to a second, because the kernel reports the boot time
 *     in whole seconds
 * @param commandLine the arguments, one element each; empty for zombies and kernel threads. A
 *     process may overwrite its own
 * @param userId the effective user id
 * @param openFileDescriptors the number of open file descriptors
 * @param io the I/O counters
 * @param cgroups the cgroup path by the name of the version 1 controller, such as {@code memory} or
 *     {@code name=systemd}; the empty name stands for version 2
 * @since 0.1
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

  /** Returns the resident memory in bytes, including shared pages; empty if unknown. */
  public OptionalLong rssBytes() {
    return stat.threadCount() == 0 ? OptionalLong.empty() : OptionalLong.of(stat.rssBytes());
  }

  /** Returns the number of threads; empty if unknown. */
  public OptionalInt threadCount() {
    return stat.threadCount() == 0 ? OptionalInt.empty() : OptionalInt.of(stat.threadCount());
  }
}
