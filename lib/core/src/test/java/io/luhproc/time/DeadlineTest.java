package io.luhproc.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private final VirtualTime time = new VirtualTime();

  private static Duration millis(long count) {
    return Duration.ofMillis(count);
  }

  @Test
  void remainingTimeShrinksToZero() throws InterruptedException {
    Deadline deadline = Deadline.after(time, millis(30));
    assertThat(deadline.remaining()).isEqualTo(millis(30));
    time.sleep(millis(29));
    assertThat(deadline.isExpired()).isFalse();
    time.sleep(millis(1));
    assertThat(deadline.isExpired()).isTrue();
    time.sleep(millis(5));
    assertThat(deadline.remaining()).isZero();
  }

  @Test
  void negativeDurationIsExpiredImmediately() {
    assertThat(Deadline.after(time, millis(-5)).isExpired()).isTrue();
    assertThat(Deadline.after(time, Duration.ZERO).isExpired()).isTrue();
  }

  @Test
  void maximalDurationDoesNotOverflow() {
    Deadline deadline = Deadline.after(time, Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(deadline.isExpired()).isFalse();
    assertThat(deadline.remaining()).isGreaterThan(Duration.ofDays(365));
  }

  @Test
  void awaitReturnsImmediatelyWhenConditionHolds() throws InterruptedException {
    assertThat(Deadline.after(time, Duration.ZERO).await(() -> true)).isTrue();
    assertThat(time.elapsed()).isZero();
  }

  @Test
  void awaitPollsWithGrowingPauses() throws InterruptedException {
    List<Long> polls = new ArrayList<>();
    boolean held =
        Deadline.after(time, millis(100))
            .await(
                () -> {
                  polls.add(time.elapsed().toMillis());
                  return false;
                });
    assertThat(held).isFalse();
    assertThat(polls).containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 51L, 71L, 91L, 100L);
  }

  @Test
  void awaitReturnsWhenConditionBecomesTrue() throws InterruptedException {
    Deadline deadline = Deadline.after(time, millis(100));
    assertThat(deadline.await(() -> time.elapsed().toMillis() >= 10)).isTrue();
    assertThat(time.elapsed()).isEqualTo(millis(15));
  }

  @Test
  void interruptEndsAwait() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Deadline.after(time, millis(100)).await(() -> false))
        .isInstanceOf(InterruptedException.class);
  }
}
