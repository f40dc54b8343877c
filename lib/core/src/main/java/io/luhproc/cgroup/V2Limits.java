package io.luhproc.cgroup;

import io.luhproc.limits.IoLimit;
import io.luhproc.limits.LimitKind;
import io.luhproc.limits.ResourceLimits;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** Writes limits to the interface files of v2; see cgroup-v2 in the kernel documentation. */
final class V2Limits {
  /** The CPU period in microseconds, equal to the kernel's default. */
  static final long CPU_PERIOD_MICROS = 100_000;

  private static final String NO_LIMIT = "max";
  private static final String IO_FILE = "io.max";
  private static final String NO_IO_LIMIT = " rbps=max wbps=max riops=max wiops=max";

  private final BlockDevices devices;

  V2Limits(BlockDevices devices) {
    this.devices = devices;
  }

  /** Writes one limit, or removes it if it is not set; returns what was written. */
  String apply(CgroupDir cgroup, LimitKind limit, ResourceLimits limits) throws IOException {
    return switch (limit) {
      case MEMORY -> memory(cgroup, limits);
      case MEMORY_SWAP ->
          InterfaceFile.writeAndVerify(
              cgroup, "memory.swap.max", InterfaceFile.format(limits.memorySwap(), NO_LIMIT));
      case CPU ->
          InterfaceFile.writeAndVerify(
              cgroup, "cpu.max", quota(limits.cpuPercent()) + " " + CPU_PERIOD_MICROS);
      case PIDS ->
          InterfaceFile.writeAndVerify(
              cgroup, "pids.max", InterfaceFile.format(limits.pids(), NO_LIMIT));
      case IO -> io(cgroup, limits.io());
    };
  }

  private static String memory(CgroupDir cgroup, ResourceLimits limits) throws IOException {
    // Kill the whole cgroup: a service that has lost one of its processes would not be expected.
    if (cgroup.hasFile("memory.oom.group")) {
      cgroup.write("memory.oom.group", limits.memory().isPresent() ? "1" : "0");
    }
    return InterfaceFile.writeAndVerify(
        cgroup, "memory.max", InterfaceFile.format(limits.memory(), NO_LIMIT));
  }

  private static String quota(OptionalInt percent) {
    return percent.isPresent()
        ? Long.toString(percent.getAsInt() * CPU_PERIOD_MICROS / 100)
        : NO_LIMIT;
  }

  private String io(CgroupDir cgroup, List<IoLimit> limits) throws IOException {
    Set<String> limitedDevices = new HashSet<>();
    StringBuilder applied = new StringBuilder(IO_FILE).append(" =");
    for (IoLimit limit : limits) {
      String device = devices.deviceNumber(limit.path());
      if (!limitedDevices.add(device)) {
        throw new IOException(
            "two I/O limits are for the same disk: " + device + " (" + limit.path() + ")");
      }
      applied.append(' ').append(limitDevice(cgroup, device, limit));
    }
    for (String line : cgroup.lines(IO_FILE)) {
      String device = line.substring(0, Math.max(0, line.indexOf(' ')));
      if (!limitedDevices.contains(device)) {
        cgroup.write(IO_FILE, device + NO_IO_LIMIT);
      }
    }
    return applied.toString();
  }

  private static String limitDevice(CgroupDir cgroup, String device, IoLimit limit)
      throws IOException {
    String read = "rbps=" + InterfaceFile.format(limit.readBytesPerSecond(), NO_LIMIT);
    String write = "wbps=" + InterfaceFile.format(limit.writeBytesPerSecond(), NO_LIMIT);
    String line = device + " " + read + " " + write;
    cgroup.write(IO_FILE, line);
    List<String> actual = cgroup.lines(IO_FILE);
    if (actual.stream().noneMatch(it -> it.startsWith(line))) {
      throw new IOException(
          "%s contains %s after writing %s"
              .formatted(cgroup.path().resolve(IO_FILE), actual, line));
    }
    return line;
  }
}
