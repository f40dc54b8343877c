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
  void whatRemainsShrinksToZeroAndNoFurther() throws InterruptedException {
    Deadline deadline = Deadline.after(time, millis(30));
    assertThat(deadline.remaining()).isEqualTo(millis(30));
    time.sleep(millis(29));
    assertThat(deadline.expired()).isFalse();
    time.sleep(millis(1));
    assertThat(deadline.expired()).isTrue();
    time.sleep(millis(5));
    assertThat(deadline.remaining()).isZero();
  }

  @Test
  void aNegativeDurationIsOverAtOnce() {
    assertThat(Deadline.after(time, millis(-5)).expired()).isTrue();
    assertThat(Deadline.after(time, Duration.ZERO).expired()).isTrue();
  }

  @Test
  void anEndlessDurationDoesNotOverflow() {
    Deadline deadline = Deadline.after(time, Duration.ofSeconds(Long.MAX_VALUE));
    assertThat(deadline.expired()).isFalse();
    assertThat(deadline.remaining()).isGreaterThan(Duration.ofDays(365));
  }

  @Test
  void aConditionThatHoldsIsNotWaitedFor() throws InterruptedException {
    assertThat(Deadline.after(time, Duration.ZERO).await(() -> true)).isTrue();
    assertThat(time.passed()).isZero();
  }

  @Test
  void itLooksAtOnceThenAfterOneMillisecondThenEverMoreRarely() throws InterruptedException {
    List<Long> looks = new ArrayList<>();
    boolean held =
        Deadline.after(time, millis(100))
            .await(
                () -> {
                  looks.add(time.passed().toMillis());
                  return false;
                });
    assertThat(held).isFalse();
    assertThat(looks).containsExactly(0L, 1L, 3L, 7L, 15L, 31L, 51L, 71L, 91L, 100L);
  }

  @Test
  void itEndsAsSoonAsTheConditionHolds() throws InterruptedException {
    Deadline deadline = Deadline.after(time, millis(100));
    assertThat(deadline.await(() -> time.passed().toMillis() >= 10)).isTrue();
    assertThat(time.passed()).isEqualTo(millis(15));
  }

  @Test
  void anInterruptEndsTheWait() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Deadline.after(time, millis(100)).await(() -> false))
        .isInstanceOf(InterruptedException.class);
  }
}
