package io.luhproc.supervisor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Work with the same key runs in order, also after the key was idle. */
class KeyedSerialExecutorTest {
  private final Queue<Runnable> pool = new ArrayDeque<>();
  private final KeyedSerialExecutor executor = new KeyedSerialExecutor(pool::add);
  private final List<String> done = new ArrayList<>();

  private void runsAll() {
    for (Runnable body = pool.poll(); body != null; body = pool.poll()) {
      body.run();
    }
  }

  @Test
  void tasksOfSameKeyRunInOrderAcrossExecutors() {
    executor.executorFor("web").execute(() -> done.add("delete"));
    executor.executorFor("web").execute(() -> done.add("launch"));
    assertThat(pool).hasSize(1);
    runsAll();
    assertThat(done).containsExactly("delete", "launch");
  }

  @Test
  void tasksOfDifferentKeysRunConcurrently() {
    executor.executorFor("web").execute(() -> done.add("web"));
    executor.executorFor("db").execute(() -> done.add("db"));
    assertThat(pool).hasSize(2);
  }

  @Test
  void failedTaskDoesNotBlockLaterTasks() {
    executor
        .executorFor("web")
        .execute(
            () -> {
              throw new IllegalStateException("broken on purpose");
            });
    executor.executorFor("web").execute(() -> done.add("second"));
    runsAll();
    executor.executorFor("web").execute(() -> done.add("third"));
    runsAll();
    assertThat(done).containsExactly("second", "third");
  }
}
