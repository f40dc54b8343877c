package io.luhproc.procfs;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * The CPU time of a process at one moment. Two samples give a CPU percentage.
 *
 * @param pid the process id
 * @param startTicks the start time, see {@link ProcessIdentity#startTicks()}
 * @param cpuTime the CPU time used so far, see {@link ProcessStat#cpuTime()}
 * @param nanoTime the time of the sample, from {@link TimeSource#nanoTime()}
 */
public record CpuSample(long pid, long startTicks, Duration cpuTime, long nanoTime) {

  /** Creates a sample of a row that was read just now. */
  public static CpuSample of(ProcessStat process, TimeSource time) {
    return new CpuSample(process.pid(), process.startTicks(), process.cpuTime(), time.nanoTime());
  }

  /**
   * Returns the CPU usage since a previous sample in percent of one processor.
   *
   * <p>200 means two fully used processors. The kernel counts in steps of 10 ms, so a value over
   * one second is accurate to one or two percent.
   *
   * @return empty if the previous sample belongs to another process or is not older
   */
  public OptionalDouble percentSince(CpuSample previous) {
    long elapsed = nanoTime - previous.nanoTime;
    if (previous.pid != pid || previous.startTicks != startTicks || elapsed <= 0) {
      return OptionalDouble.empty();
    }
    long used = Math.max(0, cpuTime.minus(previous.cpuTime).toNanos());
    return OptionalDouble.of(100.0 * used / elapsed);
  }
}
