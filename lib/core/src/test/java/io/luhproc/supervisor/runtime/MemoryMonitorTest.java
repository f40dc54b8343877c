package io.luhproc.supervisor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.VirtualTime;
import io.luhproc.testing.VirtualTimers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The memory of this JVM, read in virtual time. */
class MemoryMonitorTest {
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  private final VirtualTimers timers = new VirtualTimers(new VirtualTime());
  private final ProcessTable table = ProcessTable.system();
  private final ProcessIdentity self = table.identify(table.currentPid()).orElseThrow();
  private final List<String> reported = new ArrayList<>();

  private AutoCloseable start(long maximum) {
    return new MemoryMonitor(table, timers, INTERVAL).start(self, maximum, reported::add);
  }

  @Test
  void memoryIsReadAgainUntilClosed() throws Exception {
    AutoCloseable monitor = start(Long.MAX_VALUE);
    for (int i = 0; i < 3; i++) {
      timers.advance(INTERVAL);
      assertThat(timers.size()).isEqualTo(1);
    }
    monitor.close();
    timers.advance(INTERVAL);
    assertThat(timers.size()).isZero();
    assertThat(reported).isEmpty();
  }

  @Test
  void excessIsReportedOnce() {
    assertThat(start(1)).isNotNull();
    timers.advance(INTERVAL.multipliedBy(3));
    assertThat(reported).singleElement().asString().contains("more than its maxMemoryRestart of 1");
    assertThat(timers.size()).isZero();
  }
}
