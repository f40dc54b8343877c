package io.luhproc.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.LuhprocException;
import io.luhproc.contract.FakeEngine;
import io.luhproc.contract.FakeEngineProvider;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.testing.Eventually;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.UnknownTaskException;
import io.luhproc.worker.WorkerInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerQueueTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final FakeEngine.Place place = new FakeEngine.Place();
  private final String engine = FakeEngineProvider.register(place);
  @TempDir Path folder;

  private ProcessManager manager(String program) {
    return ProcessManager.builder()
        .app("app")
        .task("INDEX", context -> {})
        .command(List.of(program))
        .root(folder.resolve("root"))
        .build();
  }

  private WorkerQueue.Builder queue(String program) {
    return WorkerQueue.builder(manager(program), folder.resolve("queue"));
  }

  private List<WorkerStatus> alive() {
    return place.open("app").list().stream()
        .filter(it -> it.phase() != WorkerStatus.Phase.ENDED)
        .toList();
  }

  private static void submit(WorkerQueue queue, int count) {
    for (int i = 1; i <= count; i++) {
      assertThat(queue.submit("INDEX", "id " + i, StartOptions.defaults())).isTrue();
    }
  }

  @Test
  void noMoreWorkersRunAtOnceThanTheLimit() {
    try (WorkerQueue queue = queue("RUN").place(engine, 3).open()) {
      submit(queue, 10);
      Eventually.holds("three workers", () -> alive().size() == 3);
      assertThat(queue.status()).isEqualTo(new QueueStatus(7, 3, 0, 0));

      place.exit(alive().get(0).key(), 0);

      Eventually.holds("the next worker", () -> place.started() == 4);
      assertThat(alive()).hasSize(3);
      assertThat(alive()).extracting(it -> it.key().id()).contains("id 4");
    }
  }

  @Test
  void thousandWorkersRunOnceEach() throws Exception {
    List<WorkerInfo> ended = new CopyOnWriteArrayList<>();
    try (WorkerQueue queue = queue("EXIT_0").place(engine, 200).onEnd(ended::add).open()) {
      submit(queue, 1_000);

      assertThat(queue.awaitEmpty(TIMEOUT)).isTrue();

      assertThat(queue.status()).isEqualTo(new QueueStatus(0, 0, 1_000, 0));
    }
    assertThat(place.started()).isEqualTo(1_000);
    assertThat(ended).extracting(WorkerInfo::id).doesNotHaveDuplicates().hasSize(1_000);
  }

  @Test
  void workersBeyondTheLimitGoToTheNextEngine() {
    FakeEngine.Place second = new FakeEngine.Place();
    String next = FakeEngineProvider.register(second);
    try (WorkerQueue queue = queue("RUN").place(engine, 2).place(next, 5).open()) {
      submit(queue, 10);

      Eventually.holds("full engines", () -> place.started() == 2 && second.started() == 5);
      assertThat(queue.status()).isEqualTo(new QueueStatus(3, 7, 0, 0));
    }
  }

  @Test
  void waitingAndRunningWorkersSurviveTheQueue() throws Exception {
    try (WorkerQueue queue = queue("RUN").place(engine, 2).open()) {
      submit(queue, 5);
      Eventually.holds("two workers", () -> place.started() == 2);
    }
    place.exit(new WorkerKey(Optional.of("app"), "INDEX", "id 1"), 0);

    try (WorkerQueue queue = queue("EXIT_0").place(engine, 2).open()) {
      Eventually.holds("all but one ended", () -> queue.status().succeeded() == 4);
      place.exit(new WorkerKey(Optional.of("app"), "INDEX", "id 2"), 3);
      assertThat(queue.awaitEmpty(TIMEOUT)).isTrue();

      assertThat(queue.status().failed()).isEqualTo(1);
    }
    assertThat(place.started()).isEqualTo(5);
  }

  @Test
  void startWithoutAnswerIsNotDoubledByTheNextProcess() throws Exception {
    place.loseNextReply();
    try (WorkerQueue queue = queue("EXIT_0").place(engine, 1).open()) {
      submit(queue, 1);
      Eventually.holds("accepted start", () -> place.started() == 1);
    }

    try (WorkerQueue queue = queue("EXIT_0").place(engine, 1).open()) {
      assertThat(queue.awaitEmpty(TIMEOUT)).isTrue();
    }
    assertThat(place.started()).isEqualTo(1);
  }

  @Test
  void engineThatDoesNotAnswerIsTriedAgainAndOthersGoOn() throws Exception {
    FakeEngine.Place second = new FakeEngine.Place();
    String next = FakeEngineProvider.register(second);
    place.setAnswering(false);
    try (WorkerQueue queue = queue("EXIT_0").place(engine, 2).place(next, 2).open()) {
      submit(queue, 8);
      Eventually.holds("rest on the second engine", () -> queue.status().succeeded() >= 6);

      place.setAnswering(true);

      assertThat(queue.awaitEmpty(TIMEOUT)).isTrue();
      assertThat(queue.status().succeeded()).isEqualTo(8);
    }
    assertThat(place.started() + second.started()).isEqualTo(8);
  }

  @Test
  void workerThatCannotBeStartedIsCountedAndDoesNotBlockOthers() throws Exception {
    try (WorkerQueue queue = queue("EXIT_0").place(engine, 1).open()) {
      assertThat(queue.submit("INDEX", "bad", StartOptions.builder().argument("REFUSED").build()))
          .isTrue();
      submit(queue, 2);

      assertThat(queue.awaitEmpty(TIMEOUT)).isTrue();

      assertThat(queue.status()).isEqualTo(new QueueStatus(0, 0, 2, 1));
    }
  }

  @Test
  void workerInQueueIsNotAddedTwice() {
    try (WorkerQueue queue = queue("RUN").place(engine, 1).open()) {
      submit(queue, 2);

      assertThat(queue.submit("INDEX", "id 1", StartOptions.defaults())).isFalse();
      assertThat(queue.submit("INDEX", "id 2", StartOptions.defaults())).isFalse();
    }
  }

  @Test
  void unknownTasksInvalidIdsAndVariablesAreRefused() {
    StartOptions variables = StartOptions.builder().env("A", "b").build();
    try (WorkerQueue queue = queue("RUN").place(engine, 1).open()) {
      assertThatThrownBy(() -> queue.submit("OTHER", "x", StartOptions.defaults()))
          .isInstanceOf(UnknownTaskException.class);
      assertThatThrownBy(() -> queue.submit("INDEX", "\n", StartOptions.defaults()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> queue.submit("INDEX", "x", variables))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("variables");
      assertThat(queue.status().isEmpty()).isTrue();
    }
  }

  @Test
  void secondQueueOnDirectoryIsRefused() {
    try (WorkerQueue queue = queue("RUN").place(engine, 1).open()) {
      assertThat(queue.status().isEmpty()).isTrue();

      assertThatThrownBy(() -> queue("RUN").open())
          .isInstanceOf(LuhprocException.class)
          .hasMessageContaining("no other process");
    }
  }

  @Test
  void damagedFilesAreLeftOutAndKept() throws IOException {
    try (WorkerQueue queue = queue("RUN").place(engine, 1).open()) {
      submit(queue, 2);
      Eventually.holds("first start", () -> place.started() == 1);
    }
    Path damaged = folder.resolve("queue/2.worker");
    Files.writeString(damaged, "task=INDEX\n");
    Files.writeString(folder.resolve("queue/x.worker"), "");

    try (WorkerQueue queue = queue("RUN").place(engine, 5).open()) {
      assertThat(queue.status().waiting() + queue.status().running()).isEqualTo(1);
      assertThat(queue.submit("INDEX", "id 3", StartOptions.defaults())).isTrue();
    }
    assertThat(damaged).hasContent("task=INDEX");
    assertThat(folder.resolve("queue/3.worker")).exists();
  }
}
