package io.luhproc.process;

import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.OptionalDouble;

/**
 * How much of the processors a process had used at one moment; two of them give a percentage.
 *
 * @param pid the process id
 * @param startTicks when it was started, see {@link ProcessIdentity#startTicks()}
 * @param cpuTime what it had used, see {@link ProcessEntry#cpuTime()}
 * @param nanos when that was, by {@link TimeSource#nanoTime()}
 */
public record CpuSample(long pid, long startTicks, Duration cpuTime, long nanos) {

  /** Returns the sample that an entry is, which was read just now. */
  public static CpuSample of(ProcessEntry entry, TimeSource time) {
    return new CpuSample(entry.pid(), entry.startTicks(), entry.cpuTime(), time.nanoTime());
  }

  /**
   * Returns which part of one processor the process used since a former sample, in percent: 200 is
   * two processors all the time. The kernel counts in steps of 10 ms, so over a second the number
   * is right to a percent or two.
   *
   * @return nothing when the former sample is of another process, later, or of the same moment
   */
  public OptionalDouble percentSince(CpuSample former) {
    long passed = nanos - former.nanos;
    if (former.pid != pid || former.startTicks != startTicks || passed <= 0) {
      return OptionalDouble.empty();
    }
    long used = Math.max(0, cpuTime.minus(former.cpuTime).toNanos());
    return OptionalDouble.of(100.0 * used / passed);
  }
}
