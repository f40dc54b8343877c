package io.luhproc.kubernetes;

import static io.luhproc.kubernetes.EngineFixture.job;
import static io.luhproc.kubernetes.EngineFixture.key;
import static io.luhproc.kubernetes.EngineFixture.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.engine.EngineLog;
import io.luhproc.engine.EngineLog.End;
import io.luhproc.engine.EngineLog.Line;
import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.kubernetes.client.ApiClient;
import io.luhproc.kubernetes.stub.Fault;
import io.luhproc.kubernetes.stub.StubPod;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class PodLogTest {
  private static final Instant T0 = Instant.parse("2026-11-20T13:39:05.100000001Z");

  @TempDir private Path home;
  private EngineFixture fixture;
  private KubernetesEngine engine;
  private String incarnation;
  private StubPod pod;

  @BeforeEach
  void open() throws Exception {
    fixture = new EngineFixture(home, TimeSource.system());
    engine = fixture.open("shop");
    incarnation = engine.start(spec("main", "t1")).status().incarnation();
    pod = fixture.server.pod(job("main"));
  }

  @AfterEach
  void close() {
    engine.close();
    fixture.close();
  }

  private EngineLog log(Optional<String> cursor, boolean follow) {
    return engine.log(key("main"), incarnation, cursor, follow);
  }

  private void write(int from, int to) {
    for (int i = from; i <= to; i++) {
      pod.log(T0.plusMillis(100L * i), "tick " + i);
    }
  }

  private static List<String> texts(List<Line> lines) {
    return lines.stream().map(Line::text).toList();
  }

  /** Reads to the end, on this thread. */
  private List<Line> read(EngineLog log, End expected) throws InterruptedException {
    List<Line> lines = new ArrayList<>();
    for (Line line = log.next(); line != null; line = log.next()) {
      lines.add(line);
    }
    assertThat(log.end()).hasValue(expected);
    log.close();
    return lines;
  }

  private List<String> readNow() throws InterruptedException {
    return texts(read(log(Optional.empty(), false), End.UP_TO_DATE));
  }

  /** A log that another thread follows. */
  private final class Followed implements AutoCloseable {
    private final EngineLog log;
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final List<String> ends = new CopyOnWriteArrayList<>();
    private final Thread thread = Threads.daemon("test-log", this::run);

    Followed(KubernetesEngine engine) {
      log = engine.log(key("main"), incarnation, Optional.empty(), true);
      thread.start();
    }

    private void run() {
      try {
        for (Line line = log.next(); line != null; line = log.next()) {
          texts.add(line.text());
        }
        ends.add(log.end().orElseThrow().name());
      } catch (InterruptedException | RuntimeException e) {
        ends.add(e.toString());
      }
    }

    void await(String text) {
      Eventually.holds(() -> text + " in " + texts + ends, () -> texts.contains(text));
    }

    void awaitEnd(End end) {
      Eventually.holds(() -> end + ", not " + ends, () -> ends.equals(List.of(end.name())));
    }

    @Override
    public void close() {
      log.close();
      Eventually.holds("reader has ended", () -> !thread.isAlive());
    }
  }

  @Test
  void linesHaveTheirStampsAndTexts() throws Exception {
    pod.run();
    pod.log(T0, "  indented \t text ");
    pod.log(T0.plusSeconds(1), "");
    pod.log(T0.plusSeconds(2), "2026-11-20T13:39:05Z fake stamp");
    List<Line> lines = read(log(Optional.empty(), false), End.UP_TO_DATE);
    assertThat(texts(lines))
        .containsExactly("  indented \t text ", "", "2026-11-20T13:39:05Z fake stamp");
    assertThat(lines.get(0).time()).isEqualTo(T0);
  }

  @Test
  void linesOfKubeletAreLeftOut() throws Exception {
    pod.run();
    write(1, 1);
    pod.injectLine("failed to try resolving symlinks in path \"/var/log/pods/x\": no such file");
    write(2, 2);
    pod.injectLine("rpc error: code = NotFound desc = an error occurred");
    assertThat(readNow()).containsExactly("tick 1", "tick 2");
  }

  @Test
  void recordedFollowThroughStopGivesLinesOfWorkerOnly() {
    List<String> lines =
        Transcript.read("log-follow-through-stop")
            .body()
            .lines()
            .filter(it -> !it.isEmpty())
            .toList();
    List<String> stamped =
        lines.stream()
            .filter(it -> LogCursorText.parseStamp(it.substring(0, it.indexOf(' '))).isPresent())
            .toList();
    assertThat(stamped).hasSize(lines.size() - 1);
    assertThat(lines.get(lines.size() - 1)).startsWith("rpc error");
  }

  @Test
  void cursorResumesAmongLinesWithTheSameStamp() throws Exception {
    pod.run();
    for (int i = 0; i < 5; i++) {
      pod.log(T0, "same " + i);
    }
    write(1, 2);
    List<Line> all = read(log(Optional.empty(), false), End.UP_TO_DATE);
    assertThat(all).hasSize(7);
    for (int i = 0; i < all.size(); i++) {
      List<Line> rest = read(log(Optional.of(all.get(i).cursor()), false), End.UP_TO_DATE);
      assertThat(rest).isEqualTo(all.subList(i + 1, all.size()));
    }
  }

  @Test
  void lineWithEarlierStampAfterCursorIsNotLost() throws Exception {
    pod.run();
    pod.log(T0.plusMillis(2), "out");
    List<Line> first = read(log(Optional.empty(), false), End.UP_TO_DATE);
    pod.log(T0.plusMillis(1), "err, stamped before out");
    List<Line> rest = read(log(Optional.of(first.get(0).cursor()), false), End.UP_TO_DATE);
    assertThat(texts(rest)).containsExactly("err, stamped before out");
  }

  @Test
  void cursorOfLineThatWasRotatedAwayGivesLaterLines() throws Exception {
    pod.run();
    write(5, 6);
    String old = T0.plusMillis(100).toString() + "/1";
    assertThat(texts(read(log(Optional.of(old), false), End.UP_TO_DATE)))
        .containsExactly("tick 5", "tick 6");
    assertThat(texts(read(log(Optional.of("garbage"), false), End.UP_TO_DATE))).hasSize(2);
  }

  @Test
  void longLineHasNoStampsInside() throws Exception {
    pod.run();
    String line = "äx ".repeat(10_000);
    pod.log(T0, line);
    pod.log(T0, "y".repeat(16 << 10));
    pod.log(T0, "");
    write(1, 1);
    assertThat(texts(read(log(Optional.empty(), false), End.UP_TO_DATE)))
        .containsExactly(line, "y".repeat(16 << 10), "", "tick 1");
  }

  @Test
  void veryLongLineIsGivenInPieces() throws Exception {
    pod.run();
    pod.log(T0, "x".repeat(9 << 20));
    write(1, 1);
    List<Line> lines = read(log(Optional.empty(), false), End.UP_TO_DATE);
    assertThat(lines.stream().mapToInt(it -> it.text().length()).sum())
        .isEqualTo((9 << 20) + "tick 1".length());
    assertThat(lines.get(lines.size() - 1).text()).isEqualTo("tick 1");
  }

  @Test
  void workerThatWaitsToStartHasNoLinesYet() throws Exception {
    pod.setWaiting("ContainerCreating", "");
    assertThat(readNow()).isEmpty();
    pod.setUnschedulable("0/1 nodes");
    assertThat(readNow()).isEmpty();
  }

  @Test
  void followWaitsForWorkerToStart() throws Exception {
    pod.setUnschedulable("0/1 nodes");
    try (Followed followed = new Followed(engine)) {
      Eventually.holds("log was requested", () -> hasRequested("/log"));
      pod.setWaiting("ContainerCreating", "");
      fixture.server.requests().clear();
      Eventually.holds("log was requested", () -> hasRequested("/log"));
      pod.run();
      write(1, 1);
      followed.await("tick 1");
    }
  }

  private boolean hasRequested(String part) {
    return fixture.server.requests().stream().anyMatch(it -> it.contains(part));
  }

  @Test
  void followEndsWithWorkerAndMissesNothing() throws Exception {
    pod.run();
    try (Followed followed = new Followed(engine)) {
      write(1, 100);
      pod.exit(0);
      followed.awaitEnd(End.COMPLETE);
      assertThat(followed.texts).hasSize(100).endsWith("tick 100");
    }
  }

  @Test
  void linesAfterLastConnectionAreRead() throws Exception {
    pod.run();
    try (Followed followed = new Followed(engine)) {
      write(1, 1);
      followed.await("tick 1");
      fixture.server.endStreams(
          () -> {
            write(2, 3);
            pod.exit(0);
          });
      followed.awaitEnd(End.COMPLETE);
      assertThat(followed.texts).containsExactly("tick 1", "tick 2", "tick 3");
    }
  }

  @Test
  void brokenFollowContinuesWithoutGapOrRepetition() throws Exception {
    pod.run();
    try (Followed followed = new Followed(engine)) {
      for (int i = 1; i <= 10; i++) {
        write(i, i);
        followed.await("tick " + i);
        fixture.server.breakStreams();
      }
      pod.exit(0);
      followed.awaitEnd(End.COMPLETE);
      assertThat(followed.texts).hasSize(10).doesNotHaveDuplicates();
    }
  }

  @Test
  void silentFollowIsOpenedAgainWithOneRequest() throws Exception {
    pod.run();
    try (KubernetesEngine watchful =
            fixture.open("shop", ApiClient.Limits.DEFAULT, Duration.ofMillis(100));
        Followed followed = new Followed(watchful)) {
      write(1, 1);
      followed.await("tick 1");
      fixture.server.silenceStreams();
      fixture.server.requests().clear();
      write(2, 2);
      followed.await("tick 2");
      assertThat(fixture.server.requests()).allMatch(it -> it.contains("/log?"));
      assertThat(followed.texts).containsExactly("tick 1", "tick 2");
    }
  }

  @Test
  void unreachableServerIsToldAndLogCanBeReadOn() throws Exception {
    pod.run();
    write(1, 1);
    try (EngineLog log = log(Optional.empty(), true)) {
      assertThat(log.next()).isNotNull();
      fixture.server.fail("", Fault.CLOSE, Integer.MAX_VALUE);
      fixture.server.breakStreams();
      assertThatThrownBy(log::next).isInstanceOf(EngineUnavailableException.class);
      fixture.server.recover();
      write(2, 2);
      assertThat(log.next().text()).isEqualTo("tick 2");
    }
  }

  @Test
  void deadKubeletIsUnavailable() throws Exception {
    pod.run();
    fixture.server.fail("/log", Fault.ERROR_500, 1);
    try (EngineLog log = log(Optional.empty(), false)) {
      assertThatThrownBy(log::next).isInstanceOf(EngineUnavailableException.class);
    }
  }

  @Test
  void missingRightIsRefused() {
    pod.run();
    fixture.server.deny("pods/log:get");
    try (EngineLog log = log(Optional.empty(), false)) {
      assertThatThrownBy(log::next)
          .isInstanceOf(EngineRefusedException.class)
          .hasMessageContaining("pods/log");
    }
  }

  @Test
  void logOfEndedWorkerIsComplete() throws Exception {
    pod.run();
    write(1, 3);
    pod.exit(7);
    assertThat(read(log(Optional.empty(), false), End.COMPLETE)).hasSize(3);
    assertThat(read(log(Optional.empty(), true), End.COMPLETE)).hasSize(3);
  }

  @Test
  void logOfAnotherRunOrRemovedWorkerIsGone() throws Exception {
    try (EngineLog other = engine.log(key("main"), "another", Optional.empty(), true)) {
      assertThat(read(other, End.GONE)).isEmpty();
    }
    pod.run();
    fixture.server.setMinorVersion("26");
    pod.delete();
    assertThat(read(log(Optional.empty(), false), End.GONE)).isEmpty();
  }

  @Test
  void podThatVanishesDuringFollowIsGone() throws Exception {
    pod.run();
    try (Followed followed = new Followed(engine)) {
      write(1, 1);
      followed.await("tick 1");
      fixture.server.setMinorVersion("26");
      pod.delete();
      followed.awaitEnd(End.GONE);
    }
  }

  @Test
  void podThatIsReplacedDuringFollowIsFollowedOn() throws Exception {
    pod.run();
    try (Followed followed = new Followed(engine)) {
      write(1, 1);
      followed.await("tick 1");
      pod.delete();
      pod = fixture.server.pod(job("main"));
      pod.run();
      write(2, 2);
      followed.await("tick 2");
    }
  }

  @Test
  void closedLogEndsItsConnection() throws Exception {
    pod.run();
    try (Followed followed = new Followed(engine)) {
      write(1, 1);
      followed.await("tick 1");
      assertThat(fixture.server.openStreams()).isEqualTo(1);
      followed.log.close();
      followed.awaitEnd(End.CLOSED);
      Eventually.holds(
          "connection is closed",
          () -> {
            // The server notices when it writes.
            pod.log(Instant.now(), "x");
            return fixture.server.openStreams() == 0;
          });
    }
  }
}
