package io.luhproc.cgroup;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what a group uses, from whichever hierarchy tells it. */
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
    Optional<CgroupDir> group = directoryWith(controller);
    if (group.isEmpty()) {
      return OptionalLong.empty();
    }
    return group.get().number(group.get().version() == CgroupVersion.V2 ? v2File : v1File);
  }

  /** Every v2 group tells it, with or without the controller. */
  private Optional<Duration> cpuTime() throws IOException {
    for (CgroupDir group : directories) {
      if (group.version() == CgroupVersion.V2) {
        return Optional.ofNullable(group.fields("cpu.stat").get("usage_usec"))
            .map(micros -> Duration.ofNanos(micros * 1000));
      }
      if (group.controllers().contains("cpuacct")) {
        OptionalLong nanos = group.number("cpuacct.usage");
        return nanos.isPresent()
            ? Optional.of(Duration.ofNanos(nanos.getAsLong()))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Adds up all disks: v2 has a line for each, v1 one for each and each kind. */
  private OptionalLong io(String v2Prefix, String v1Prefix) throws IOException {
    Optional<CgroupDir> group = directoryWith("io");
    if (group.isEmpty()) {
      return OptionalLong.empty();
    }
    boolean isUnified = group.get().version() == CgroupVersion.V2;
    String file = isUnified ? "io.stat" : "blkio.throttle.io_service_bytes";
    String prefix = isUnified ? v2Prefix : v1Prefix;
    long sum = 0;
    for (String line : group.get().lines(file)) {
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
