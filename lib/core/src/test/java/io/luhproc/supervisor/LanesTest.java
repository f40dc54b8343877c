package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Slow work for one process is done in its order, also for one that comes after another. */
class LanesTest {
  private final Queue<Runnable> pool = new ArrayDeque<>();
  private final Lanes lanes = new Lanes(pool::add);
  private final List<String> done = new ArrayList<>();

  private void runsAll() {
    for (Runnable body = pool.poll(); body != null; body = pool.poll()) {
      body.run();
    }
  }

  @Test
  void theNextProcessOfANameWaitsForWhatIsLeftToDoForTheOneBefore() {
    lanes.lane("web").execute(() -> done.add("delete"));
    lanes.lane("web").execute(() -> done.add("launch"));
    assertThat(pool).hasSize(1);
    runsAll();
    assertThat(done).containsExactly("delete", "launch");
  }

  @Test
  void lanesOfOtherNamesDoNotWait() {
    lanes.lane("web").execute(() -> done.add("web"));
    lanes.lane("db").execute(() -> done.add("db"));
    assertThat(pool).hasSize(2);
  }

  @Test
  void whatFailsDoesNotHoldUpTheRest() {
    lanes
        .lane("web")
        .execute(
            () -> {
              throw new IllegalStateException("broken on purpose");
            });
    lanes.lane("web").execute(() -> done.add("second"));
    runsAll();
    lanes.lane("web").execute(() -> done.add("third"));
    runsAll();
    assertThat(done).containsExactly("second", "third");
  }
}
