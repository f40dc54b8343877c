package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Reads the resident memory of a process periodically. A read of {@code /proc/PID/stat} takes about
 * 10 us, so it runs on the timer thread.
 */
final class MemoryMonitor {
  private final ProcessTable table;
  private final Timers timers;
  private final Duration interval;

  MemoryMonitor(ProcessTable table, Timers timers, Duration interval) {
    this.table = table;
    this.timers = timers;
    this.interval = interval;
  }

  /** Starts a monitor, which reports once when the process exceeds the maximum. */
  AutoCloseable start(ProcessIdentity identity, long maxBytes, Consumer<String> exceeded) {
    ProcessMonitor monitor = new ProcessMonitor(identity, maxBytes, exceeded);
    monitor.scheduleCheck();
    return monitor;
  }

  private final class ProcessMonitor implements AutoCloseable {
    private final ProcessIdentity identity;
    private final long maxBytes;
    private final Consumer<String> onExceeded;
    private boolean closed;

    ProcessMonitor(ProcessIdentity identity, long maxBytes, Consumer<String> onExceeded) {
      this.identity = identity;
      this.maxBytes = maxBytes;
      this.onExceeded = onExceeded;
    }

    void scheduleCheck() {
      timers.schedule(interval, this::check);
    }

    private void check() {
      try {
        Optional<ProcessStat> entry = closed ? Optional.empty() : table.findAlive(identity);
        entry.ifPresent(this::evaluate);
      } catch (LuhprocException e) {
        LoggerFactory.getLogger(MemoryMonitor.class)
            .warn("cannot read the memory of {}", identity, e);
        scheduleCheck();
      }
    }

    private void evaluate(ProcessStat entry) {
      if (entry.rssBytes() > maxBytes) {
        onExceeded.accept(describeExcess(entry.rssBytes()));
      } else {
        scheduleCheck();
      }
    }

    private String describeExcess(long rss) {
      return "holds %s of memory, more than its maxMemoryRestart of %s"
          .formatted(DurationAndSizeFormat.format(rss), DurationAndSizeFormat.format(maxBytes));
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
