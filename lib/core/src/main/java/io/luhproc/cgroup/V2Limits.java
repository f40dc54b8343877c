package io.luhproc.cgroup;

import io.luhproc.limits.IoLimit;
import io.luhproc.limits.LimitKind;
import io.luhproc.limits.ResourceLimits;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** The files of v2 that limit something, in the kernel's document cgroup-v2. */
final class V2Limits {
  /** In microseconds, the kernel's own default. */
  static final long CPU_PERIOD_MICROS = 100_000;

  private static final String NO_LIMIT = "max";
  private static final String IO_FILE = "io.max";
  private static final String NO_IO_LIMIT = " rbps=max wbps=max riops=max wiops=max";

  private final BlockDevices devices;

  V2Limits(BlockDevices devices) {
    this.devices = devices;
  }

  /** Sets one limit, or takes it away where it is not asked for; returns what was set. */
  String apply(CgroupDir group, LimitKind limit, ResourceLimits limits) throws IOException {
    return switch (limit) {
      case MEMORY -> memory(group, limits);
      case MEMORY_SWAP ->
          InterfaceFile.writeAndVerify(
              group, "memory.swap.max", InterfaceFile.format(limits.memorySwap(), NO_LIMIT));
      case CPU ->
          InterfaceFile.writeAndVerify(
              group, "cpu.max", quota(limits.cpuPercent()) + " " + CPU_PERIOD_MICROS);
      case PIDS ->
          InterfaceFile.writeAndVerify(
              group, "pids.max", InterfaceFile.format(limits.pids(), NO_LIMIT));
      case IO -> io(group, limits.io());
    };
  }

  private static String memory(CgroupDir group, ResourceLimits limits) throws IOException {
    // All or none: a service of which the kernel took one process is not what anybody expects.
    if (group.hasFile("memory.oom.group")) {
      group.write("memory.oom.group", limits.memory().isPresent() ? "1" : "0");
    }
    return InterfaceFile.writeAndVerify(
        group, "memory.max", InterfaceFile.format(limits.memory(), NO_LIMIT));
  }

  private static String quota(OptionalInt percent) {
    return percent.isPresent()
        ? Long.toString(percent.getAsInt() * CPU_PERIOD_MICROS / 100)
        : NO_LIMIT;
  }

  private String io(CgroupDir group, List<IoLimit> limits) throws IOException {
    Set<String> limitedDevices = new HashSet<>();
    StringBuilder applied = new StringBuilder(IO_FILE).append(" =");
    for (IoLimit limit : limits) {
      String device = devices.deviceNumber(limit.path());
      if (!limitedDevices.add(device)) {
        throw new IOException("two limits are for one disk, " + device + " (" + limit.path() + ")");
      }
      applied.append(' ').append(limitDevice(group, device, limit));
    }
    for (String line : group.lines(IO_FILE)) {
      String device = line.substring(0, Math.max(0, line.indexOf(' ')));
      if (!limitedDevices.contains(device)) {
        group.write(IO_FILE, device + NO_IO_LIMIT);
      }
    }
    return applied.toString();
  }

  private static String limitDevice(CgroupDir group, String device, IoLimit limit)
      throws IOException {
    String read = "rbps=" + InterfaceFile.format(limit.readBytesPerSecond(), NO_LIMIT);
    String write = "wbps=" + InterfaceFile.format(limit.writeBytesPerSecond(), NO_LIMIT);
    String line = device + " " + read + " " + write;
    group.write(IO_FILE, line);
    List<String> actual = group.lines(IO_FILE);
    if (actual.stream().noneMatch(it -> it.startsWith(line))) {
      throw new IOException(
          "%s has %s after %s was written".formatted(group.path().resolve(IO_FILE), actual, line));
    }
    return line;
  }
}
