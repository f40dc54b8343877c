package io.luhproc.cgroup;

import io.luhproc.limits.IoLimit;
import io.luhproc.limits.LimitKind;
import io.luhproc.limits.ResourceLimits;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Writes limits to the interface files of v1; see cgroup-v1 in the kernel documentation. */
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

  /** Writes one limit, or removes it if it is not set; returns what was written. */
  String apply(CgroupDir cgroup, LimitKind limit, ResourceLimits limits) throws IOException {
    return switch (limit) {
      case MEMORY -> memory(cgroup, limits);
      case MEMORY_SWAP -> swap(cgroup, limits);
      case CPU -> cpu(cgroup, limits);
      case PIDS ->
          InterfaceFile.writeAndVerify(
              cgroup, "pids.max", InterfaceFile.format(limits.pids(), "max"));
      case IO -> io(cgroup, limits.io());
    };
  }

  private static String memory(CgroupDir cgroup, ResourceLimits limits) throws IOException {
    OptionalLong currentSum = cgroup.number(MEMORY_AND_SWAP_FILE);
    long requested = limits.memory().orElse(Long.MAX_VALUE);
    // Memory plus swap must never be less than memory, so it is raised first and lowered last.
    if (currentSum.isPresent() && requested > currentSum.getAsLong()) {
      cgroup.write(MEMORY_AND_SWAP_FILE, memoryPlusSwap(limits));
    }
    return InterfaceFile.writeAndVerify(
        cgroup, MEMORY_FILE, InterfaceFile.format(limits.memory(), NO_LIMIT));
  }

  private static String swap(CgroupDir cgroup, ResourceLimits limits) throws IOException {
    if (limits.memorySwap().isPresent() && limits.memory().isEmpty()) {
      throw new IOException(
          "cgroup v1 limits the sum of memory and swap, and no memory limit is set");
    }
    return InterfaceFile.writeAndVerify(cgroup, MEMORY_AND_SWAP_FILE, memoryPlusSwap(limits));
  }

  private static String memoryPlusSwap(ResourceLimits limits) {
    return limits.memory().isPresent() && limits.memorySwap().isPresent()
        ? Long.toString(limits.memory().getAsLong() + limits.memorySwap().getAsLong())
        : NO_LIMIT;
  }

  private static String cpu(CgroupDir cgroup, ResourceLimits limits) throws IOException {
    String quota =
        limits.cpuPercent().isPresent()
            ? Long.toString(limits.cpuPercent().getAsInt() * V2Limits.CPU_PERIOD_MICROS / 100)
            : NO_LIMIT;
    String ignored =
        InterfaceFile.writeAndVerify(
            cgroup, "cpu.cfs_period_us", Long.toString(V2Limits.CPU_PERIOD_MICROS));
    return InterfaceFile.writeAndVerify(cgroup, "cpu.cfs_quota_us", quota);
  }

  private String io(CgroupDir cgroup, List<IoLimit> limits) throws IOException {
    Set<String> limitedDevices = new HashSet<>();
    for (IoLimit limit : limits) {
      String device = devices.deviceNumber(limit.path());
      if (!limitedDevices.add(device)) {
        throw new IOException(
            "two I/O limits are for the same disk: " + device + " (" + limit.path() + ")");
      }
      throttle(cgroup, READ_BPS_FILE, device, limit.readBytesPerSecond());
      throttle(cgroup, WRITE_BPS_FILE, device, limit.writeBytesPerSecond());
    }
    for (String file : List.of(READ_BPS_FILE, WRITE_BPS_FILE)) {
      removeThrottles(cgroup, file, limitedDevices);
    }
    return READ_BPS_FILE + ", " + WRITE_BPS_FILE + " of " + limitedDevices;
  }

  private static void removeThrottles(CgroupDir cgroup, String file, Set<String> limitedDevices)
      throws IOException {
    for (String line : cgroup.lines(file)) {
      String device = line.substring(0, Math.max(0, line.indexOf(' ')));
      if (!limitedDevices.contains(device)) {
        throttle(cgroup, file, device, OptionalLong.empty());
      }
    }
  }

  private static void throttle(CgroupDir cgroup, String file, String device, OptionalLong rate)
      throws IOException {
    String line = device + " " + InterfaceFile.format(rate, "0");
    cgroup.write(file, line);
    if (rate.isPresent() && !cgroup.lines(file).contains(line)) {
      throw new IOException(
          "%s does not contain %s after writing it".formatted(cgroup.path().resolve(file), line));
    }
  }
}
