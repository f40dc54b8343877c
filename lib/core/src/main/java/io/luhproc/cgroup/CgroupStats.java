package io.luhproc.cgroup;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Resource usage of a cgroup. A value is empty if the kernel does not report it.
 *
 * @param memory current memory in bytes, including page cache
 * @param peakMemory maximum of {@code memory} so far
 * @param cpuTime CPU time of all processes, including exited ones
 * @param pids current number of processes and threads
 * @param readBytes bytes read from disks so far
 * @param writtenBytes bytes written to disks so far
 */
public record CgroupStats(
    OptionalLong memory,
    OptionalLong peakMemory,
    Optional<Duration> cpuTime,
    OptionalLong pids,
    OptionalLong readBytes,
    OptionalLong writtenBytes) {}
