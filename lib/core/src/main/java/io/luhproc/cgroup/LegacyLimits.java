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
final class LegacyLimits {
  private static final String NONE = "-1";
  private static final String MEMORY = "memory.limit_in_bytes";
  private static final String MEMORY_AND_SWAP = "memory.memsw.limit_in_bytes";
  private static final String READ = "blkio.throttle.read_bps_device";
  private static final String WRITE = "blkio.throttle.write_bps_device";

  private final BlockDevices devices;

  LegacyLimits(BlockDevices devices) {
    this.devices = devices;
  }

  /** Sets one limit, or takes it away where it is not asked for; returns what was set. */
  String tell(GroupDir group, LimitKind limit, ResourceLimits limits) throws IOException {
    return switch (limit) {
      case MEMORY -> memory(group, limits);
      case MEMORY_SWAP -> swap(group, limits);
      case CPU -> cpu(group, limits);
      case PIDS -> Knob.set(group, "pids.max", Knob.text(limits.pids(), "max"));
      case IO -> io(group, limits.io());
    };
  }

  private static String memory(GroupDir group, ResourceLimits limits) throws IOException {
    OptionalLong sum = group.number(MEMORY_AND_SWAP);
    long wanted = limits.memory().orElse(Long.MAX_VALUE);
    // The sum must never be the smaller of the two, so it is raised first and lowered last.
    if (sum.isPresent() && wanted > sum.getAsLong()) {
      group.write(MEMORY_AND_SWAP, sum(limits));
    }
    return Knob.set(group, MEMORY, Knob.text(limits.memory(), NONE));
  }

  private static String swap(GroupDir group, ResourceLimits limits) throws IOException {
    if (limits.memorySwap().isPresent() && limits.memory().isEmpty()) {
      throw new IOException("cgroup v1 limits memory and swap together, and no memory is given");
    }
    return Knob.set(group, MEMORY_AND_SWAP, sum(limits));
  }

  private static String sum(ResourceLimits limits) {
    return limits.memory().isPresent() && limits.memorySwap().isPresent()
        ? Long.toString(limits.memory().getAsLong() + limits.memorySwap().getAsLong())
        : NONE;
  }

  private static String cpu(GroupDir group, ResourceLimits limits) throws IOException {
    String quota =
        limits.cpuPercent().isPresent()
            ? Long.toString(limits.cpuPercent().getAsInt() * UnifiedLimits.PERIOD / 100)
            : NONE;
    String ignored = Knob.set(group, "cpu.cfs_period_us", Long.toString(UnifiedLimits.PERIOD));
    return Knob.set(group, "cpu.cfs_quota_us", quota);
  }

  private String io(GroupDir group, List<IoLimit> limits) throws IOException {
    Set<String> wanted = new HashSet<>();
    for (IoLimit limit : limits) {
      String device = devices.numberOf(limit.path());
      if (!wanted.add(device)) {
        throw new IOException("two limits are for one disk, " + device + " (" + limit.path() + ")");
      }
      throttle(group, READ, device, limit.readBytesPerSecond());
      throttle(group, WRITE, device, limit.writeBytesPerSecond());
    }
    for (String file : List.of(READ, WRITE)) {
      takeAway(group, file, wanted);
    }
    return READ + ", " + WRITE + " of " + wanted;
  }

  private static void takeAway(GroupDir group, String file, Set<String> but) throws IOException {
    for (String line : group.lines(file)) {
      String device = line.substring(0, Math.max(0, line.indexOf(' ')));
      if (!but.contains(device)) {
        throttle(group, file, device, OptionalLong.empty());
      }
    }
  }

  private static void throttle(GroupDir group, String file, String device, OptionalLong rate)
      throws IOException {
    String line = device + " " + Knob.text(rate, "0");
    group.write(file, line);
    if (rate.isPresent() && !group.lines(file).contains(line)) {
      throw new IOException(
          "%s has no %s after it was written".formatted(group.path().resolve(file), line));
    }
  }
}
