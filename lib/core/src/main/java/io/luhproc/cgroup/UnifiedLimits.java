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
final class UnifiedLimits {
  /** In microseconds, the kernel's own default. */
  static final long PERIOD = 100_000;

  private static final String NONE = "max";
  private static final String IO = "io.max";
  private static final String NO_IO_LIMIT = " rbps=max wbps=max riops=max wiops=max";

  private final BlockDevices devices;

  UnifiedLimits(BlockDevices devices) {
    this.devices = devices;
  }

  /** Sets one limit, or takes it away where it is not asked for; returns what was set. */
  String tell(GroupDir group, LimitKind limit, ResourceLimits limits) throws IOException {
    return switch (limit) {
      case MEMORY -> memory(group, limits);
      case MEMORY_SWAP -> Knob.set(group, "memory.swap.max", Knob.text(limits.memorySwap(), NONE));
      case CPU -> Knob.set(group, "cpu.max", quota(limits.cpuPercent()) + " " + PERIOD);
      case PIDS -> Knob.set(group, "pids.max", Knob.text(limits.pids(), NONE));
      case IO -> io(group, limits.io());
    };
  }

  private static String memory(GroupDir group, ResourceLimits limits) throws IOException {
    // All or none: a service of which the kernel took one process is not what anybody expects.
    if (group.has("memory.oom.group")) {
      group.write("memory.oom.group", limits.memory().isPresent() ? "1" : "0");
    }
    return Knob.set(group, "memory.max", Knob.text(limits.memory(), NONE));
  }

  private static String quota(OptionalInt percent) {
    return percent.isPresent() ? Long.toString(percent.getAsInt() * PERIOD / 100) : NONE;
  }

  private String io(GroupDir group, List<IoLimit> limits) throws IOException {
    Set<String> wanted = new HashSet<>();
    StringBuilder told = new StringBuilder(IO).append(" =");
    for (IoLimit limit : limits) {
      String device = devices.numberOf(limit.path());
      if (!wanted.add(device)) {
        throw new IOException("two limits are for one disk, " + device + " (" + limit.path() + ")");
      }
      told.append(' ').append(oneDevice(group, device, limit));
    }
    for (String line : group.lines(IO)) {
      String device = line.substring(0, Math.max(0, line.indexOf(' ')));
      if (!wanted.contains(device)) {
        group.write(IO, device + NO_IO_LIMIT);
      }
    }
    return told.toString();
  }

  private static String oneDevice(GroupDir group, String device, IoLimit limit) throws IOException {
    String read = "rbps=" + Knob.text(limit.readBytesPerSecond(), NONE);
    String write = "wbps=" + Knob.text(limit.writeBytesPerSecond(), NONE);
    String line = device + " " + read + " " + write;
    group.write(IO, line);
    List<String> now = group.lines(IO);
    if (now.stream().noneMatch(it -> it.startsWith(line))) {
      throw new IOException(
          "%s has %s after %s was written".formatted(group.path().resolve(IO), now, line));
    }
    return line;
  }
}
