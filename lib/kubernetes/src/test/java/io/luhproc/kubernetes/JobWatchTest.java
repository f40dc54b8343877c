package io.luhproc.kubernetes;

import static io.luhproc.kubernetes.EngineFixture.job;
import static io.luhproc.kubernetes.EngineFixture.key;
import static io.luhproc.kubernetes.EngineFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.engine.StartReply;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerEngine.EngineWatch;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.engine.WorkerStatus.WorkerEnd.Kind;
import io.luhproc.kubernetes.client.ApiClient;
import io.luhproc.kubernetes.stub.Fault;
import io.luhproc.kubernetes.stub.StubPod;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class JobWatchTest {
  @TempDir private Path home;
  private final List<WorkerStatus> seen = new CopyOnWriteArrayList<>();
  private EngineFixture fixture;
  private KubernetesEngine engine;

  @BeforeEach
  void open() throws Exception {
    fixture = new EngineFixture(home, TimeSource.system());
    engine = fixture.open("shop");
  }

  @AfterEach
  void close() {
    engine.close();
    fixture.close();
  }

  private StubPod start(String id) {
    StartReply ignored = engine.start(spec(id, "t-" + id));
    return fixture.server.pod(job(id));
  }

  private List<Phase> phases(String id) {
    return seen.stream().filter(it -> it.key().id().equals(id)).map(WorkerStatus::phase).toList();
  }

  private void await(String id, Phase phase) {
    Eventually.holds(() -> id + " " + phase + " in " + seen, () -> phases(id).contains(phase));
  }

  private WorkerStatus last() {
    return seen.get(seen.size() - 1);
  }

  @Test
  void existingWorkersAndChangesAreReportedOnce() {
    start("a").run();
    try (EngineWatch watch = engine.watch(seen::add)) {
      assertThat(watch).isNotNull();
      await("a", Phase.RUNNING);
      assertThat(phases("a")).as("not STARTING before its pod is known").hasSize(1);
      StubPod b = start("b");
      await("b", Phase.STARTING);
      b.run();
      await("b", Phase.RUNNING);
      b.exit(7);
      await("b", Phase.ENDED);
      assertThat(phases("b")).containsSubsequence(Phase.STARTING, Phase.RUNNING, Phase.ENDED);
      assertThat(seen).doesNotHaveDuplicates();
    }
  }

  @Test
  void nothingIsReportedBeforePodsAreKnown() {
    start("a").run();
    fixture.server.fail("GET .*/pods.*limit=", Fault.ERROR_500, Integer.MAX_VALUE);
    try (EngineWatch watch = engine.watch(seen::add)) {
      assertThat(watch).isNotNull();
      Eventually.holds("watch of jobs", () -> fixture.server.openStreams() == 1);
      start("b");
      long before = podLists();
      Eventually.holds("more attempts", () -> podLists() > before + 2);
      assertThat(seen).isEmpty();
      fixture.server.recover();
      await("a", Phase.RUNNING);
      await("b", Phase.STARTING);
      assertThat(phases("a")).hasSize(1);
    }
  }

  private long podLists() {
    return fixture.server.requests().stream()
        .filter(it -> it.matches("GET .*/pods.*limit=.*"))
        .count();
  }

  @Test
  void endByStopIsReportedBeforeItsRecordIsGone() {
    start("a").run();
    try (EngineWatch watch = engine.watch(seen::add)) {
      assertThat(watch).isNotNull();
      await("a", Phase.RUNNING);
      StopReply reply = engine.stop(key("a"), seen.get(0).incarnation(), Duration.ofSeconds(5));
      assertThat(reply).isEqualTo(StopReply.ACCEPTED);
      await("a", Phase.ENDED);
      assertThat(last().end().orElseThrow().kind()).isEqualTo(Kind.STOPPED);
      assertThat(engine.info(key("a"))).isEmpty();
    }
  }

  @Test
  void workerThatStartsAgainIsReportedAgain() {
    start("a").exit(0);
    try (EngineWatch watch = engine.watch(seen::add)) {
      assertThat(watch).isNotNull();
      await("a", Phase.ENDED);
      StartReply second = engine.start(spec("a", "t2"));
      fixture.server.pod(job("a")).run();
      await("a", Phase.RUNNING);
      assertThat(last().incarnation()).isEqualTo(second.status().incarnation());
    }
  }

  @Test
  void brokenWatchContinues() {
    StubPod a = start("a");
    try (EngineWatch watch = engine.watch(seen::add)) {
      assertThat(watch).isNotNull();
      await("a", Phase.STARTING);
      fixture.server.breakStreams();
      a.run();
      await("a", Phase.RUNNING);
      fixture.server.breakStreams();
      a.exit(0);
      await("a", Phase.ENDED);
    }
  }

  @Test
  void watchThatServerEndsContinuesWithoutAList() {
    StubPod a = start("a");
    try (EngineWatch watch = engine.watch(seen::add)) {
      assertThat(watch).isNotNull();
      await("a", Phase.STARTING);
      Eventually.holds("two watches", () -> fixture.server.openStreams() == 2);
      fixture.server.requests().clear();
      fixture.server.endStreams(a::run);
      await("a", Phase.RUNNING);
      assertThat(fixture.server.requests()).allMatch(it -> it.contains("watch=1"));
    }
  }

  @Test
  void watchThatContinuesRepeatsNothing() {
    try (EngineWatch watch = engine.watch(seen::add)) {
      assertThat(watch).isNotNull();
      Eventually.holds("two watches", () -> fixture.server.openStreams() == 2);
      start("a").run();
      await("a", Phase.RUNNING);
      fixture.server.endStreams(() -> {});
      start("b").run();
      await("b", Phase.RUNNING);
      List<Phase> phases = phases("a");
      assertThat(phases.subList(phases.indexOf(Phase.RUNNING), phases.size()))
          .containsExactly(Phase.RUNNING);
    }
  }

  @Test
  void changesThatServerHasForgottenAreListed() {
    StubPod a = start("a");
    try (EngineWatch watch = engine.watch(seen::add)) {
      assertThat(watch).isNotNull();
      await("a", Phase.STARTING);
      fixture.server.fail("watch=1", Fault.ERROR_500, 4);
      fixture.server.breakStreams();
      a.run();
      StubPod b = start("b");
      b.exit(7);
      fixture.server.compact();
      await("a", Phase.RUNNING);
      await("b", Phase.ENDED);
    }
  }

  @Test
  void unreachableServerIsWaitedFor() {
    fixture.server.fail("", Fault.CLOSE, Integer.MAX_VALUE);
    try (EngineWatch watch = engine.watch(seen::add)) {
      assertThat(watch).isNotNull();
      Eventually.holds("several attempts", () -> fixture.server.requests().size() > 6);
      assertThat(seen).isEmpty();
      fixture.server.recover();
      start("a").run();
      await("a", Phase.RUNNING);
    }
  }

  @Test
  void silentWatchIsOpenedAgain() {
    StubPod a = start("a");
    try (KubernetesEngine watchful =
            fixture.open("shop", ApiClient.Limits.DEFAULT, Duration.ofMillis(100));
        EngineWatch watch = watchful.watch(seen::add)) {
      assertThat(watch).isNotNull();
      await("a", Phase.STARTING);
      fixture.server.silenceStreams();
      a.run();
      await("a", Phase.RUNNING);
    }
  }

  @Test
  void listenerThatThrowsIsCalledAgain() {
    StubPod a = start("a");
    try (EngineWatch watch =
        engine.watch(
            status -> {
              seen.add(status);
              throw new IllegalStateException("broken listener");
            })) {
      assertThat(watch).isNotNull();
      await("a", Phase.STARTING);
      a.run();
      await("a", Phase.RUNNING);
    }
  }

  @Test
  void workerThatDoesNotStartInTimeIsReportedAndRemoved() {
    try (EngineWatch watch = engine.watch(seen::add)) {
      assertThat(watch).isNotNull();
      StartReply ignored = engine.start(spec("a", "t1", Optional.of(Duration.ofMillis(300))));
      await("a", Phase.ENDED);
      assertThat(
              seen.stream()
                  .filter(it -> it.phase() == Phase.ENDED)
                  .findFirst()
                  .orElseThrow()
                  .end()
                  .orElseThrow()
                  .kind())
          .isEqualTo(Kind.START_FAILED);
      Eventually.holds("job is removed", () -> fixture.server.jobNames().isEmpty());
    }
  }

  @Test
  void closedWatchReportsNothingAndEndsItsConnections() {
    StubPod a = start("a");
    EngineWatch watch = engine.watch(seen::add);
    await("a", Phase.STARTING);
    Eventually.holds("two watches", () -> fixture.server.openStreams() == 2);
    watch.close();
    int before = seen.size();
    Eventually.holds(
        "connections are closed",
        () -> {
          // The server notices when it writes.
          a.run();
          return fixture.server.openStreams() == 0;
        });
    assertThat(seen).hasSize(before);
  }
}
