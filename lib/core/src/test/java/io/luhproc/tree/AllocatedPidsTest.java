package io.luhproc.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.VirtualTime;
import io.luhproc.tree.AllocatedPids.Range;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests which pids may belong to new processes. */
class AllocatedPidsTest {
  private final VirtualTime time = new VirtualTime();
  private final FakePidCounter counter = new FakePidCounter();
  private final AllocatedPids pids = new AllocatedPids(counter, time);

  @BeforeEach
  void firstLookIsAtAllPids() {
    counter.allocate(5000);
    assertThat(pids.next()).isEqualTo(new Range(true, 0, 5000));
    time.advance(Duration.ofMinutes(1));
    assertThat(pids.next().isAll()).isFalse();
    time.advance(Duration.ofMinutes(1));
  }

  @Test
  void onlyPidsAllocatedSinceLastLookAreNew() {
    counter.allocate(5010);
    assertThat(pids.next()).isEqualTo(new Range(false, 5000, 5010));
    time.advance(Duration.ofMinutes(1));
    assertThat(pids.next()).isEqualTo(new Range(false, 5000, 5010));
    time.advance(Duration.ofMinutes(1));
    assertThat(pids.next()).isEqualTo(new Range(false, 5010, 5010));
  }

  @Test
  void pidsAreLookedAtAgainForTwoSeconds() {
    counter.allocate(5010);
    assertThat(pids.next().after()).isEqualTo(5000);
    for (int i = 1; i <= 30; i++) {
      time.advance(Duration.ofMillis(100));
      counter.allocate(5010 + i);
      long expected = i <= 20 ? 5000 : 5010 + i - 21;
      assertThat(pids.next()).as("look %d", i).isEqualTo(new Range(false, expected, 5010 + i));
    }
  }

  @Test
  void forksInProgressAtFirstLookAreLookedAtAgain() {
    AllocatedPids first = new AllocatedPids(counter, time);
    assertThat(first.next().isAll()).isTrue();
    assertThat(first.next()).isEqualTo(new Range(false, 5000 - 256, 5000));
  }

  @Test
  void allPidsAreNewAfterWrap() {
    counter.allocate(400);
    assertThat(pids.next()).isEqualTo(new Range(true, 0, 400));
    counter.allocate(402);
    assertThat(pids.next()).isEqualTo(new Range(false, 144, 402));
  }

  @Test
  void allPidsAreNewWhenCounterPassedItsValue() {
    counter.wrap();
    counter.allocate(5001);
    assertThat(pids.next().isAll()).isTrue();
    assertThat(pids.next().isAll()).isFalse();
  }

  @Test
  void slowWrapsBetweenLooksAreNotMistaken() {
    for (int i = 1; i < 20; i++) {
      counter.allocate(5000 + 1000 * i);
      time.advance(Duration.ofMinutes(1));
      assertThat(pids.next().isAll()).as("look %d", i).isFalse();
    }
  }

  @Test
  void allPidsAreNewAfterReset() {
    pids.reset();
    assertThat(pids.next().isAll()).isTrue();
  }
}
