package io.luhproc.log.rotate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.luhproc.log.LogPolicy;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests when a stream, or all of them together, grow too fast to collapse files. */
class TickScheduleTest {
  private static final long TICK_NANOS = 100_000_000;
  private static final int TICKS = 50;
  private static final double BYTES_PER_NANO = 0.008; // 8 MB/s

  private final MeanGrowth total = new MeanGrowth();
  private long nanos = 7;

  private TickSchedule schedule() {
    TickSchedule schedule = new TickSchedule(LogPolicy.defaults(), total);
    schedule.start(0, nanos);
    return schedule;
  }

  private void grow(Stream<TickSchedule> streams, double bytesPerNano) {
    TickSchedule[] all = streams.toArray(TickSchedule[]::new);
    for (int tick = 1; tick <= TICKS; tick++) {
      nanos += TICK_NANOS;
      for (TickSchedule schedule : all) {
        schedule.measure((long) (tick * TICK_NANOS * bytesPerNano), nanos);
      }
    }
  }

  @Test
  void slowStreamIsNoFlood() {
    TickSchedule schedule = schedule();
    grow(Stream.of(schedule), BYTES_PER_NANO);
    assertThat(schedule.isFlood()).isFalse();
    assertThat(total.at(nanos)).isCloseTo(BYTES_PER_NANO, within(BYTES_PER_NANO / 100));
  }

  @Test
  void manySlowStreamsAreFlood() {
    TickSchedule first = schedule();
    grow(Stream.concat(Stream.of(first), Stream.generate(this::schedule).limit(9)), BYTES_PER_NANO);
    assertThat(first.isFlood()).isTrue();
    assertThat(total.at(nanos)).isCloseTo(10 * BYTES_PER_NANO, within(BYTES_PER_NANO / 10));
  }

  @Test
  void floodEndsWithGrowth() {
    TickSchedule schedule = schedule();
    grow(Stream.of(schedule), 0.1);
    assertThat(schedule.isFlood()).isTrue();
    nanos += 10 * TICK_NANOS;
    schedule.measure((long) (TICKS * TICK_NANOS * 0.1), nanos);
    assertThat(schedule.isFlood()).isFalse();
  }
}
