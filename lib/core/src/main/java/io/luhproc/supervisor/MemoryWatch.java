package io.luhproc.supervisor;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.slf4j.LoggerFactory;

/**
 * Looks at the memory of a process again and again, where the kernel is not to hold it to a limit
 * but the supervisor to start it anew. One look is one read of {@code /proc/PID/stat}, some 10 us,
 * so it is done on the thread of the timers.
 */
final class MemoryWatch {
  private final ProcessTable table;
  private final Timers timers;
  private final Duration pause;

  MemoryWatch(ProcessTable table, Timers timers, Duration pause) {
    this.table = table;
    this.timers = timers;
    this.pause = pause;
  }

  /** Tells once, when a process holds more bytes in RAM than the most; until it is closed. */
  AutoCloseable start(ProcessIdentity who, long most, LongConsumer exceeded) {
    Watch watch = new Watch(who, most, exceeded);
    watch.lookLater();
    return watch;
  }

  private final class Watch implements AutoCloseable {
    private final ProcessIdentity who;
    private final long most;
    private final LongConsumer exceeded;
    private boolean closed;

    Watch(ProcessIdentity who, long most, LongConsumer exceeded) {
      this.who = who;
      this.most = most;
      this.exceeded = exceeded;
    }

    void lookLater() {
      timers.schedule(pause, this::look);
    }

    private void look() {
      try {
        Optional<ProcessStat> entry = closed ? Optional.empty() : table.findAlive(who);
        entry.ifPresent(this::judge);
      } catch (LuhprocException e) {
        LoggerFactory.getLogger(MemoryWatch.class).warn("cannot see the memory of {}", who, e);
        lookLater();
      }
    }

    private void judge(ProcessStat entry) {
      if (entry.rssBytes() > most) {
        exceeded.accept(entry.rssBytes());
      } else {
        lookLater();
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
