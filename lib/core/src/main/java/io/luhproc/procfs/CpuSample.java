package io.luhproc.procfs;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How much of the processors a process had used at one moment; two of them give a percentage.
 *
 * @param pid the process id
 * @param startTicks when it was started, see {@link ProcessIdentity#startTicks()}
 * @param cpuTime what it had used, see {@link ProcessStat#cpuTime()}
 * @param nanoTime when that was, by {@link TimeSource#nanoTime()}
 */
public record CpuSample(long pid, long startTicks, Duration cpuTime, long nanoTime) {

  /** Returns the sample that an entry is, which was read just now. */
  public static CpuSample of(ProcessStat entry, TimeSource time) {
    return new CpuSample(entry.pid(), entry.startTicks(), entry.cpuTime(), time.nanoTime());
  }

  /**
   * Returns which part of one processor the process used since a former sample, in percent: 200 is
   * two processors all the time. The kernel counts in steps of 10 ms, so over a second the number
   * is right to a percent or two.
   *
   * @return nothing when the former sample is of another process, later, or of the same moment
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
