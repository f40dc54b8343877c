package io.luhproc.kubernetes;

import static io.luhproc.kubernetes.EngineFixture.LONG;
import static io.luhproc.kubernetes.EngineFixture.job;
import static io.luhproc.kubernetes.EngineFixture.key;
import static io.luhproc.kubernetes.EngineFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.engine.EngineLog;
import io.luhproc.engine.StartReply;
import io.luhproc.engine.WorkerEngine.EngineWatch;
import io.luhproc.kubernetes.Cluster.StreamSettings;
import io.luhproc.kubernetes.client.ApiClient;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** How many requests a list, a log and a watch send. */
@ExtendWith(LeakCheck.class)
class RequestCountTest {
  private static final Duration SILENCE = Duration.ofMillis(50);

  @TempDir private Path home;
  private EngineFixture fixture;

  @BeforeEach
  void open() throws Exception {
    fixture = new EngineFixture(home, TimeSource.system());
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private List<String> requests() {
    return fixture.server.requests();
  }

  private static void start(KubernetesEngine engine, int from, int to) {
    for (int i = from; i <= to; i++) {
      StartReply ignored = engine.start(spec("id-" + i, "t" + i));
    }
  }

  @Test
  void fiveHundredWorkersAreListedByOneRequestForPodsAndOneForJobs() {
    try (KubernetesEngine engine = fixture.open("shop", ApiClient.Limits.DEFAULT, LONG)) {
      start(engine, 1, 500);
      requests().clear();

      assertThat(engine.list()).hasSize(500);

      assertThat(requests())
          .hasSize(2)
          .allMatch(it -> it.contains("limit=500"))
          .noneMatch(it -> it.contains("continue="));
      start(engine, 501, 501);
      requests().clear();
      assertThat(engine.list()).hasSize(501);
      assertThat(requests()).hasSize(4).filteredOn(it -> it.contains("continue=")).hasSize(2);
    }
  }

  /** Asserts that requests are only sent after silence, each of them once in a period of it. */
  private void assertOneRequestInSilence(String form, int streams) {
    Eventually.holds("streams are open", () -> fixture.server.openStreams() >= streams);
    long begin = System.nanoTime();
    requests().clear();
    int wanted = 5 * streams;
    Eventually.holds("silence is noticed", () -> requests().size() >= wanted);
    List<String> sent = List.copyOf(requests());
    long periods = (System.nanoTime() - begin) / SILENCE.toNanos();
    assertThat(sent).allMatch(it -> it.matches(form));
    assertThat(sent.size()).isLessThanOrEqualTo((int) (periods + 1) * streams);
    assertThat(StreamSettings.DEFAULT.silence()).isGreaterThan(Duration.ofMinutes(2));
    assertThat(StreamSettings.DEFAULT.watch()).isGreaterThan(Duration.ofMinutes(2));
  }

  @Test
  void idleLogIsRequestedOnceInAPeriodOfSilence() {
    try (KubernetesEngine engine = fixture.open("shop", ApiClient.Limits.DEFAULT, SILENCE)) {
      StartReply reply = engine.start(spec("main", "t1"));
      fixture.server.pod(job("main")).run();
      EngineLog log = engine.log(key("main"), reply.status().incarnation(), Optional.empty(), true);
      Thread reader = Threads.daemon("test-log", () -> readToEnd(log));
      reader.start();
      assertOneRequestInSilence("GET .*/pods/.*/log\\?.*follow=true.*", 1);
      log.close();
      Eventually.holds("reader has ended", () -> !reader.isAlive());
    }
  }

  private static void readToEnd(EngineLog log) {
    try {
      EngineLog.Line line = log.next();
      while (line != null) {
        line = log.next();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void idleWatchIsRequestedOnceInAPeriodOfSilence() {
    try (KubernetesEngine engine = fixture.open("shop", ApiClient.Limits.DEFAULT, SILENCE);
        EngineWatch watch = engine.watch(status -> {})) {
      assertThat(watch).isNotNull();
      assertOneRequestInSilence("GET .*watch=1.*", 2);
    }
  }
}
