package io.luhproc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Describes the machine of the figures. */
final class MachineInfo {
  private MachineInfo() {}

  /** Returns processor, cores, memory, kernel, JDK and load average. */
  static String describe() throws IOException {
    String load = Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0];
    return String.join(
        ", ",
        readValue("/proc/cpuinfo", "model name"),
        Runtime.getRuntime().availableProcessors() + " cores",
        readValue("/proc/meminfo", "MemTotal"),
        "Linux " + System.getProperty("os.version"),
        System.getProperty("java.vm.vendor") + " JDK " + Runtime.version(),
        "load " + load);
  }

  private static String readValue(String file, String key) throws IOException {
    for (String line : Files.readAllLines(Path.of(file))) {
      if (line.startsWith(key)) {
        return line.substring(line.indexOf(':') + 1).strip();
      }
    }
    return "unknown " + key;
  }
}
