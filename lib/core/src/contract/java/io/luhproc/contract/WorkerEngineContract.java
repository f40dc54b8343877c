package io.luhproc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.engine.EngineCapability;
import io.luhproc.engine.EngineLog;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.StartReply;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerEngine.EngineWatch;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.engine.WorkerStatus.WorkerEnd;
import io.luhproc.log.LogStream;
import io.luhproc.process.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every engine does. A subclass provides an engine without workers for each test, and makes
 * workers behave.
 */
public abstract class WorkerEngineContract {
  private static final String APP = "contract";
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int LINES = 200;
  private static final int STARTERS = 20;
  private static final String LONG_ID = "x".repeat(253);

  private final List<WorkerEngine> opened = new ArrayList<>();
  private @Nullable WorkerEngine engine;

  /** Opens an engine for the workers of an app. */
  protected abstract WorkerEngine open(String app);

  /** Returns a spec whose worker behaves as asked, wherever this engine runs it. */
  protected abstract WorkerSpec spec(WorkerKey key, String token, Behavior behavior);

  /** Keeps the engine from answering, until {@link #answerAgain()}. */
  protected abstract void stopAnswering() throws Exception;

  /** Lets the engine answer again. */
  protected abstract void answerAgain() throws Exception;

  /**
   * Returns the behaviors that cannot be had here, each for a reason that the subclass documents.
   */
  protected Set<Behavior> unavailable() {
    return EnumSet.noneOf(Behavior.class);
  }

  /** Returns how long the engine may take to change a phase. */
  protected Duration patience() {
    return Duration.ofSeconds(30);
  }

  /** Returns how many workers are listed at once. */
  protected int manyWorkers() {
    return 500;
  }

  @AfterEach
  final void closeEngines() {
    opened.forEach(WorkerEngine::close);
  }

  private WorkerEngine opened(String app) {
    WorkerEngine result = open(app);
    opened.add(result);
    return result;
  }

  private WorkerEngine engine() {
    WorkerEngine result = engine;
    if (result == null) {
      result = opened(APP);
      engine = result;
    }
    return result;
  }

  private static WorkerKey key(String id) {
    return new WorkerKey(Optional.of(APP), "INDEXER", id);
  }

  private boolean has(EngineCapability capability) {
    return engine().capabilities().contains(capability);
  }

  private WorkerStatus start(WorkerKey key, Behavior behavior) {
    assumeTrue(!unavailable().contains(behavior), () -> behavior + " cannot be had here");
    StartReply reply = engine().start(spec(key, "token-1", behavior));
    assertThat(reply.outcome()).isEqualTo(StartReply.Outcome.ACCEPTED);
    return reply.status();
  }

  private WorkerStatus await(WorkerKey key, Phase phase) {
    await(
        () -> engine().info(key).filter(it -> it.phase() == phase).isPresent(), key + " " + phase);
    return engine().info(key).orElseThrow();
  }

  private WorkerEnd end(WorkerKey key) {
    return await(key, Phase.ENDED).end().orElseThrow();
  }

  private void await(BooleanSupplier condition, String what) {
    long end = System.nanoTime() + patience().toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline of: %s", what).isLessThan(end);
      java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private void awaitGoneOrEnded(WorkerKey key) {
    await(
        () -> engine().info(key).filter(it -> it.phase() != Phase.ENDED).isEmpty(),
        key + " gone or ended");
  }

  private List<EngineLog.Line> readAll(
      WorkerKey key, String incarnation, Optional<String> cursor, boolean follow)
      throws InterruptedException {
    List<EngineLog.Line> lines = new ArrayList<>();
    try (EngineLog log = engine().log(key, incarnation, cursor, follow)) {
      EngineLog.Line line = log.next();
      while (line != null) {
        lines.add(line);
        line = log.next();
      }
    }
    return lines;
  }

  private static List<String> texts(List<EngineLog.Line> lines, LogStream stream) {
    return lines.stream().filter(it -> it.stream() == stream).map(EngineLog.Line::text).toList();
  }

  @Test
  void startedWorkerRunsAndIsListed() {
    WorkerStatus started = start(key("main"), Behavior.RUN);
    assertThat(started.key()).isEqualTo(key("main"));
    assertThat(started.token()).isEqualTo("token-1");

    WorkerStatus running = await(key("main"), Phase.RUNNING);

    assertThat(running.incarnation()).isEqualTo(started.incarnation());
    assertThat(running.where()).isPresent();
    assertThat(running.started()).isPresent();
    assertThat(engine().list()).extracting(WorkerStatus::key).containsExactly(key("main"));
  }

  @Test
  void repeatedStartWithSameTokenIsSameStart() {
    WorkerStatus first = start(key("main"), Behavior.RUN);

    StartReply second = engine().start(spec(key("main"), "token-1", Behavior.RUN));

    assertThat(second.outcome()).isEqualTo(StartReply.Outcome.ALREADY_ACCEPTED);
    assertThat(second.status().incarnation()).isEqualTo(first.incarnation());
    assertThat(engine().list()).hasSize(1);
  }

  @Test
  void startWithOtherTokenIsRefusedWhileWorkerLives() {
    WorkerStatus first = start(key("main"), Behavior.RUN);

    StartReply second = engine().start(spec(key("main"), "token-2", Behavior.RUN));

    assertThat(second.outcome()).isEqualTo(StartReply.Outcome.TAKEN);
    assertThat(second.status().incarnation()).isEqualTo(first.incarnation());
  }

  @Test
  void startReplacesRecordOfEndedWorker() {
    WorkerStatus first = start(key("main"), Behavior.EXIT_0);
    awaitGoneOrEnded(key("main"));

    await(
        () ->
            engine().start(spec(key("main"), "token-2", Behavior.RUN)).outcome()
                != StartReply.Outcome.STOPPING,
        "accepted start");

    WorkerStatus second = await(key("main"), Phase.RUNNING);
    assertThat(second.token()).isEqualTo("token-2");
    assertThat(second.incarnation()).isNotEqualTo(first.incarnation());
  }

  @Test
  void onlyOneOfManyConcurrentStartersIsAccepted() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(STARTERS);
    List<Future<StartReply>> replies = new ArrayList<>();
    CountDownLatch go = new CountDownLatch(1);
    try {
      for (int i = 0; i < STARTERS; i++) {
        WorkerSpec spec = spec(key("main"), "token-" + i, Behavior.RUN);
        Callable<StartReply> call =
            () -> {
              go.await();
              return engine().start(spec);
            };
        replies.add(threads.submit(call));
      }
      WorkerEngine ignored = engine();
      go.countDown();
      List<StartReply.Outcome> outcomes = new ArrayList<>();
      Set<String> incarnations = ConcurrentHashMap.newKeySet();
      for (Future<StartReply> reply : replies) {
        outcomes.add(reply.get().outcome());
        incarnations.add(reply.get().status().incarnation());
      }
      assertThat(outcomes).filteredOn(it -> it == StartReply.Outcome.ACCEPTED).hasSize(1);
      assertThat(incarnations).hasSize(1);
      assertThat(engine().list()).hasSize(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void stoppedWorkerEndsAndItsKeyIsFree() {
    WorkerStatus first = start(key("main"), Behavior.RUN);
    await(key("main"), Phase.RUNNING);

    assertThat(engine().stop(key("main"), first.incarnation(), GRACE))
        .isEqualTo(StopReply.ACCEPTED);

    awaitGoneOrEnded(key("main"));
    engine()
        .info(key("main"))
        .ifPresent(
            it -> assertThat(it.end().orElseThrow().kind()).isEqualTo(WorkerEnd.Kind.STOPPED));
    await(
        () ->
            engine().start(spec(key("main"), "token-2", Behavior.RUN)).outcome()
                == StartReply.Outcome.ACCEPTED,
        "second start");
  }

  @Test
  void workerThatDoesNotRunYetCanBeStopped() {
    WorkerStatus waiting = start(key("main"), Behavior.NEVER_PLACED);

    assertThat(engine().stop(key("main"), waiting.incarnation(), GRACE))
        .isEqualTo(StopReply.ACCEPTED);

    awaitGoneOrEnded(key("main"));
  }

  @Test
  void otherIncarnationIsNeverStopped() {
    WorkerStatus first = start(key("main"), Behavior.EXIT_0);
    awaitGoneOrEnded(key("main"));
    await(
        () ->
            engine().start(spec(key("main"), "token-2", Behavior.RUN)).outcome()
                == StartReply.Outcome.ACCEPTED,
        "second start");
    WorkerStatus second = await(key("main"), Phase.RUNNING);

    assertThat(engine().stop(key("main"), first.incarnation(), GRACE))
        .isEqualTo(StopReply.OTHER_INCARNATION);

    WorkerStatus after = engine().info(key("main")).orElseThrow();
    assertThat(after.phase()).isEqualTo(Phase.RUNNING);
    assertThat(after.incarnation()).isEqualTo(second.incarnation());
  }

  @Test
  void unknownWorkerIsNotFound() throws InterruptedException {
    WorkerStatus other = start(key("other"), Behavior.EXIT_0);

    assertThat(engine().info(key("main"))).isEmpty();
    assertThat(engine().stop(key("main"), other.incarnation(), GRACE))
        .isEqualTo(StopReply.NOT_FOUND);
    try (EngineLog log = engine().log(key("main"), other.incarnation(), Optional.empty(), true)) {
      assertThat(log.next()).isNull();
      assertThat(log.end()).contains(EngineLog.End.GONE);
    }
  }

  @Test
  void exitCodesAreReported() {
    start(key("zero"), Behavior.EXIT_0);
    start(key("seven"), Behavior.EXIT_7);
    assumeTrue(has(EngineCapability.EXIT_CODE));

    assertThat(end(key("zero")).process().exitCode()).hasValue(0);
    assertThat(end(key("zero")).kind()).isEqualTo(WorkerEnd.Kind.EXITED);
    assertThat(end(key("seven")).process().exitCode()).hasValue(7);
  }

  @Test
  void deathBySignalIsReported() {
    start(key("main"), Behavior.KILL_ITSELF);

    WorkerEnd end = end(key("main"));

    assertThat(end.kind()).isEqualTo(WorkerEnd.Kind.EXITED);
    assertThat(end.process().signal()).contains(Signal.KILL);
    assertThat(end.process().exitCode()).hasValue(137);
  }

  @Test
  void lackOfMemoryIsReported() {
    start(key("main"), Behavior.RUN_OUT_OF_MEMORY);
    assumeTrue(has(EngineCapability.OUT_OF_MEMORY));

    assertThat(end(key("main")).kind()).isEqualTo(WorkerEnd.Kind.OUT_OF_MEMORY);
  }

  @Test
  void workerWithoutPlaceSaysWhyItDoesNotRun() {
    start(key("main"), Behavior.NEVER_PLACED);

    await(
        () -> engine().info(key("main")).flatMap(WorkerStatus::detail).isPresent(),
        "detail of a worker without a place");

    assertThat(engine().info(key("main")).orElseThrow().phase()).isEqualTo(Phase.STARTING);
  }

  @Test
  void workerWithoutProgramSaysSo() {
    start(key("main"), Behavior.PROGRAM_MISSING);

    await(
        () ->
            engine()
                .info(key("main"))
                .filter(it -> it.detail().isPresent() || it.phase() == Phase.ENDED)
                .isPresent(),
        "detail or end of a worker without a program");

    WorkerStatus status = engine().info(key("main")).orElseThrow();
    status.end().ifPresent(it -> assertThat(it.kind()).isEqualTo(WorkerEnd.Kind.START_FAILED));
    assertThat(status.phase()).isIn(Phase.STARTING, Phase.ENDED);
  }

  @Test
  void everyCallFailsAsUnavailableWhileEngineDoesNotAnswer() throws Exception {
    WorkerStatus running = start(key("main"), Behavior.RUN);
    await(key("main"), Phase.RUNNING);
    String incarnation = running.incarnation();
    stopAnswering();
    try {
      assertUnavailable(() -> engine().info(key("main")));
      assertUnavailable(() -> engine().list());
      assertUnavailable(() -> engine().start(spec(key("b"), "token-1", Behavior.RUN)));
      assertUnavailable(() -> engine().stop(key("main"), incarnation, GRACE));
      assertThat(engine().check()).isNotEmpty();
    } finally {
      answerAgain();
    }
    await(() -> isAnswering(key("main")), "answer");
    assertThat(engine().info(key("main")).orElseThrow().incarnation()).isEqualTo(incarnation);
  }

  private boolean isAnswering(WorkerKey key) {
    try {
      return engine().info(key).isPresent();
    } catch (EngineUnavailableException e) {
      return false;
    }
  }

  private static void assertUnavailable(Callable<?> call) {
    assertThatThrownBy(call::call).isInstanceOf(EngineUnavailableException.class);
  }

  @Test
  void logIsReadAcrossTheEnd() throws InterruptedException {
    WorkerStatus worker = start(key("main"), Behavior.WRITE_LINES);

    List<EngineLog.Line> lines = readAll(key("main"), worker.incarnation(), Optional.empty(), true);

    assertLines(lines);
    if (has(EngineCapability.LOG_AFTER_END)) {
      awaitGoneOrEnded(key("main"));
      assertLines(readAll(key("main"), worker.incarnation(), Optional.empty(), false));
    }
  }

  private void assertLines(List<EngineLog.Line> lines) {
    List<String> out = new ArrayList<>();
    for (int i = 1; i <= LINES; i++) {
      out.add("out " + i);
    }
    if (has(EngineCapability.SEPARATE_STREAMS)) {
      assertThat(texts(lines, LogStream.OUT)).isEqualTo(out);
      assertThat(texts(lines, LogStream.ERR)).containsExactly("err 1");
    } else {
      out.add("err 1");
      assertThat(texts(lines, LogStream.OUT)).containsExactlyInAnyOrderElementsOf(out);
    }
  }

  @Test
  void logContinuesAfterEveryCursorWithoutGapOrRepetition() throws InterruptedException {
    WorkerStatus worker = start(key("main"), Behavior.WRITE_LINES);
    List<EngineLog.Line> all = readAll(key("main"), worker.incarnation(), Optional.empty(), true);
    assumeTrue(has(EngineCapability.LOG_AFTER_END));

    for (int i = 0; i < all.size(); i += all.size() / 7) {
      List<EngineLog.Line> rest =
          readAll(key("main"), worker.incarnation(), Optional.of(all.get(i).cursor()), false);
      assertThat(rest).isEqualTo(all.subList(i + 1, all.size()));
    }
  }

  @Test
  void lastWordsAfterStopRequestAreRead() throws Exception {
    WorkerStatus worker = start(key("main"), Behavior.SAY_GOODBYE);
    List<String> texts = new CopyOnWriteArrayList<>();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (EngineLog log = engine().log(key("main"), worker.incarnation(), Optional.empty(), true)) {
      Future<Optional<EngineLog.End>> end =
          thread.submit(
              () -> {
                EngineLog.Line line = log.next();
                while (line != null) {
                  texts.add(line.text());
                  line = log.next();
                }
                return log.end();
              });
      await(() -> texts.contains("running"), "first line");

      assertThat(engine().stop(key("main"), worker.incarnation(), GRACE))
          .isEqualTo(StopReply.ACCEPTED);

      assertThat(end.get(patience().toSeconds(), TimeUnit.SECONDS))
          .isNotEqualTo(Optional.of(EngineLog.End.CLOSED));
      assertThat(texts).containsExactly("running", "last words");
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void closeEndsLogThatIsFollowed() throws Exception {
    WorkerStatus worker = start(key("main"), Behavior.RUN);
    await(key("main"), Phase.RUNNING);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    Future<EngineLog.@Nullable Line> blocked;
    try (EngineLog log = engine().log(key("main"), worker.incarnation(), Optional.empty(), true)) {
      assertThat(log.next()).isNotNull();
      blocked = thread.submit(log::next);
    }
    try {
      assertThat(blocked.get(patience().toSeconds(), TimeUnit.SECONDS)).isNull();
    } finally {
      thread.shutdownNow();
    }
  }

  @Test
  void watchReportsWorkersThatExistAndTheirChanges() {
    start(key("a"), Behavior.RUN);
    await(key("a"), Phase.RUNNING);
    List<WorkerStatus> seen = new CopyOnWriteArrayList<>();
    try (EngineWatch watch = engine().watch(seen::add)) {
      assertThat(watch).isNotNull();
      await(() -> isSeen(seen, "a", Phase.RUNNING), "existing worker");

      start(key("b"), Behavior.EXIT_7);

      await(() -> isSeen(seen, "b", Phase.ENDED), "end of another worker");
    }
  }

  private static boolean isSeen(List<WorkerStatus> seen, String id, Phase phase) {
    return seen.stream().anyMatch(it -> it.key().id().equals(id) && it.phase() == phase);
  }

  @Test
  void strangeKeysAreWorkersOfTheirOwn() {
    List<WorkerKey> keys =
        List.of(
            key(LONG_ID + "a"),
            key(LONG_ID + "b"),
            key("Main"),
            key("main"),
            key("🚀 'quoted\" $(id) `id` \\ %s"),
            new WorkerKey(Optional.of(APP), "__", "main"),
            new WorkerKey(Optional.of(APP), "X".repeat(200), "main"),
            new WorkerKey(Optional.of(APP), "X".repeat(200).toLowerCase(Locale.ROOT), "main"));
    keys.forEach(it -> start(it, Behavior.RUN));

    assertThat(engine().list())
        .extracting(WorkerStatus::key)
        .containsExactlyInAnyOrderElementsOf(keys);
    for (WorkerKey key : keys) {
      assertThat(engine().info(key).orElseThrow().key()).isEqualTo(key);
    }
  }

  @Test
  void workersOfOtherAppsAreNotListed() {
    start(key("main"), Behavior.RUN);

    assertThat(opened("other").list()).isEmpty();
  }

  @Test
  void manyWorkersAreListedCompletely() {
    boolean allRun = unavailable().contains(Behavior.NEVER_PLACED);
    Behavior waiting = allRun ? Behavior.RUN : Behavior.NEVER_PLACED;
    List<WorkerKey> keys = new ArrayList<>();
    for (int i = 0; i < manyWorkers(); i++) {
      keys.add(key("many " + i));
      start(keys.get(i), waiting);
    }

    assertThat(engine().list())
        .extracting(WorkerStatus::key)
        .containsExactlyInAnyOrderElementsOf(keys);
  }
}
