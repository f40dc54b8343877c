package io.luhproc.cgroup;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the resource usage of a cgroup from all hierarchies. */
final class CgroupStatsReader {
  private final List<CgroupDir> directories;

  CgroupStatsReader(List<CgroupDir> directories) {
    this.directories = directories;
  }

  CgroupStats read() throws IOException {
    return new CgroupStats(
        number("memory", "memory.current", "memory.usage_in_bytes"),
        number("memory", "memory.peak", "memory.max_usage_in_bytes"),
        cpuTime(),
        number("pids", "pids.current", "pids.current"),
        io("rbytes=", "Read "),
        io("wbytes=", "Write "));
  }

  private Optional<CgroupDir> directoryWith(String controller) {
    return directories.stream().filter(it -> it.controllers().contains(controller)).findFirst();
  }

  private OptionalLong number(String controller, String v2File, String v1File) throws IOException {
    Optional<CgroupDir> cgroup = directoryWith(controller);
    if (cgroup.isEmpty()) {
      return OptionalLong.empty();
    }
    return cgroup.get().number(cgroup.get().version() == CgroupVersion.V2 ? v2File : v1File);
  }

  /** Every v2 cgroup has {@code cpu.stat}, also without the cpu controller. */
  private Optional<Duration> cpuTime() throws IOException {
    for (CgroupDir cgroup : directories) {
      if (cgroup.version() == CgroupVersion.V2) {
        return Optional.ofNullable(cgroup.fields("cpu.stat").get("usage_usec"))
            .map(micros -> Duration.ofNanos(micros * 1000));
      }
      if (cgroup.controllers().contains("cpuacct")) {
        OptionalLong nanos = cgroup.number("cpuacct.usage");
        return nanos.isPresent()
            ? Optional.of(Duration.ofNanos(nanos.getAsLong()))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Adds up all disks; v2 has one line for each disk, v1 one for each disk and operation. */
  private OptionalLong io(String v2Prefix, String v1Prefix) throws IOException {
    Optional<CgroupDir> cgroup = directoryWith("io");
    if (cgroup.isEmpty()) {
      return OptionalLong.empty();
    }
    boolean isUnified = cgroup.get().version() == CgroupVersion.V2;
    String file = isUnified ? "io.stat" : "blkio.throttle.io_service_bytes";
    String prefix = isUnified ? v2Prefix : v1Prefix;
    long sum = 0;
    for (String line : cgroup.get().lines(file)) {
      int index = line.indexOf(" " + prefix);
      sum += index < 0 ? 0 : firstNumber(line.substring(index + 1 + prefix.length()));
    }
    return OptionalLong.of(sum);
  }

  private static long firstNumber(String text) {
    int end = text.indexOf(' ');
    return CgroupDir.number(end < 0 ? text : text.substring(0, end), 0).orElse(0);
  }
}
