package io.luhproc.cgroup;

import io.luhproc.limits.IoLimit;
import io.luhproc.limits.LimitKind;
import io.luhproc.limits.ResourceLimits;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** The files of v1 that limit something, in the kernel's documents below cgroup-v1. */
final class V1Limits {
  private static final String NO_LIMIT = "-1";
  private static final String MEMORY_FILE = "memory.limit_in_bytes";
  private static final String MEMORY_AND_SWAP_FILE = "memory.memsw.limit_in_bytes";
  private static final String READ_BPS_FILE = "blkio.throttle.read_bps_device";
  private static final String WRITE_BPS_FILE = "blkio.throttle.write_bps_device";

  private final BlockDevices devices;

  V1Limits(BlockDevices devices) {
    this.devices = devices;
  }

  /** Sets one limit, or takes it away where it is not asked for; returns what was set. */
  String apply(CgroupDir group, LimitKind limit, ResourceLimits limits) throws IOException {
    return switch (limit) {
      case MEMORY -> memory(group, limits);
      case MEMORY_SWAP -> swap(group, limits);
      case CPU -> cpu(group, limits);
      case PIDS ->
          InterfaceFile.writeAndVerify(
              group, "pids.max", InterfaceFile.format(limits.pids(), "max"));
      case IO -> io(group, limits.io());
    };
  }

  private static String memory(CgroupDir group, ResourceLimits limits) throws IOException {
    OptionalLong currentSum = group.number(MEMORY_AND_SWAP_FILE);
    long requested = limits.memory().orElse(Long.MAX_VALUE);
    // The sum must never be the smaller of the two, so it is raised first and lowered last.
    if (currentSum.isPresent() && requested > currentSum.getAsLong()) {
      group.write(MEMORY_AND_SWAP_FILE, memoryPlusSwap(limits));
    }
    return InterfaceFile.writeAndVerify(
        group, MEMORY_FILE, InterfaceFile.format(limits.memory(), NO_LIMIT));
  }

  private static String swap(CgroupDir group, ResourceLimits limits) throws IOException {
    if (limits.memorySwap().isPresent() && limits.memory().isEmpty()) {
      throw new IOException("cgroup v1 limits memory and swap together, and no memory is given");
    }
    return InterfaceFile.writeAndVerify(group, MEMORY_AND_SWAP_FILE, memoryPlusSwap(limits));
  }

  private static String memoryPlusSwap(ResourceLimits limits) {
    return limits.memory().isPresent() && limits.memorySwap().isPresent()
        ? Long.toString(limits.memory().getAsLong() + limits.memorySwap().getAsLong())
        : NO_LIMIT;
  }

  private static String cpu(CgroupDir group, ResourceLimits limits) throws IOException {
    String quota =
        limits.cpuPercent().isPresent()
            ? Long.toString(limits.cpuPercent().getAsInt() * V2Limits.CPU_PERIOD_MICROS / 100)
            : NO_LIMIT;
    String ignored =
        InterfaceFile.writeAndVerify(
            group, "cpu.cfs_period_us", Long.toString(V2Limits.CPU_PERIOD_MICROS));
    return InterfaceFile.writeAndVerify(group, "cpu.cfs_quota_us", quota);
  }

  private String io(CgroupDir group, List<IoLimit> limits) throws IOException {
    Set<String> limitedDevices = new HashSet<>();
    for (IoLimit limit : limits) {
      String device = devices.deviceNumber(limit.path());
      if (!limitedDevices.add(device)) {
        throw new IOException("two limits are for one disk, " + device + " (" + limit.path() + ")");
      }
      throttle(group, READ_BPS_FILE, device, limit.readBytesPerSecond());
      throttle(group, WRITE_BPS_FILE, device, limit.writeBytesPerSecond());
    }
    for (String file : List.of(READ_BPS_FILE, WRITE_BPS_FILE)) {
      removeThrottles(group, file, limitedDevices);
    }
    return READ_BPS_FILE + ", " + WRITE_BPS_FILE + " of " + limitedDevices;
  }

  private static void removeThrottles(CgroupDir group, String file, Set<String> limitedDevices)
      throws IOException {
    for (String line : group.lines(file)) {
      String device = line.substring(0, Math.max(0, line.indexOf(' ')));
      if (!limitedDevices.contains(device)) {
        throttle(group, file, device, OptionalLong.empty());
      }
    }
  }

  private static void throttle(CgroupDir group, String file, String device, OptionalLong rate)
      throws IOException {
    String line = device + " " + InterfaceFile.format(rate, "0");
    group.write(file, line);
    if (rate.isPresent() && !group.lines(file).contains(line)) {
      throw new IOException(
          "%s has no %s after it was written".formatted(group.path().resolve(file), line));
    }
  }
}
