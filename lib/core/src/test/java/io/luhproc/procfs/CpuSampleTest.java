package io.luhproc.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CpuSampleTest {
  private final VirtualTime time = new VirtualTime();

  @Test
  void cpuTimeIsReportedAsPercentOfOneProcessor() {
    CpuSample previous = sample(7, 100);
    time.advance(Duration.ofSeconds(2));
    assertThat(sample(7, 1100).percentSince(previous)).hasValue(50.0);
    assertThat(sample(7, 100).percentSince(previous)).hasValue(0.0);
    assertThat(sample(7, 6100).percentSince(previous)).hasValue(300.0);
  }

  @Test
  void percentIsEmptyForDifferentProcessOrNoElapsedTime() {
    CpuSample previous = sample(7, 100);
    assertThat(sample(7, 200).percentSince(previous)).isEmpty();
    time.advance(Duration.ofSeconds(1));
    assertThat(sample(8, 200).percentSince(previous)).isEmpty();
    CpuSample later = new CpuSample(5, 7, Duration.ZERO, time.nanoTime());
    assertThat(later.percentSince(previous)).isEmpty();
    assertThat(previous.percentSince(sample(7, 200))).isEmpty();
  }

  @Test
  void percentIsZeroWhenCpuTimeDecreases() {
    CpuSample previous = sample(7, 100);
    time.advance(Duration.ofSeconds(1));
    assertThat(sample(7, 90).percentSince(previous)).hasValue(0.0);
  }

  @Test
  @Tag("process")
  void busyProcessUsesAtMostAboutOneProcessor() throws Exception {
    Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
    try {
      CpuSample previous = now(busy.pid());
      Eventually.holds(
          "the process uses the processor",
          () -> now(busy.pid()).percentSince(previous).orElse(0) > 5);
      Eventually.holds(
          "200 ms have elapsed",
          () -> now(busy.pid()).nanoTime() - previous.nanoTime() > 200_000_000);
      assertThat(now(busy.pid()).percentSince(previous).orElseThrow()).isBetween(5.0, 110.0);
    } finally {
      busy.destroyForcibly().waitFor();
    }
  }

  private static CpuSample now(long pid) {
    return CpuSample.of(ProcessTable.system().find(pid).orElseThrow(), TimeSource.system());
  }

  private CpuSample sample(long startTicks, long millis) {
    return new CpuSample(4, startTicks, Duration.ofMillis(millis), time.nanoTime());
  }
}
