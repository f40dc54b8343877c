package io.luhproc.cgroup;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a group uses, each empty where the kernel does not tell.
 *
 * @param memory bytes of memory now, page cache included
 * @param peakMemory the most that it was
 * @param cpuTime processor time of all its processes, ended ones included
 * @param pids processes and threads now
 * @param readBytes bytes read from disks
 * @param writtenBytes bytes written to disks
 */
public record CgroupStats(
    OptionalLong memory,
    OptionalLong peakMemory,
    Optional<Duration> cpuTime,
    OptionalLong pids,
    OptionalLong readBytes,
    OptionalLong writtenBytes) {}
