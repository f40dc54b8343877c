package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.DirectoryRefusedException;
import io.luhproc.contract.Behavior;
import io.luhproc.contract.FakeEngine;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.engine.EngineCapability;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.WorkerEngines;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.log.LogLine;
import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogStream;
import io.luhproc.log.LogSubscription;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.Signal;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.relaunch.AppProgram;
import io.luhproc.relaunch.JvmCommand;
import io.luhproc.testing.Eventually;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.bootstrap.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls of a manager whose workers run on an engine. */
class EngineWorkersTest {
  private static final ProcessKey KEY = new ProcessKey(Optional.of("app"), "INDEX", "main");
  private static final WorkerKey WORKER = new WorkerKey(Optional.of("app"), "INDEX", "main");
  private static final String ENGINE = "fake:place";

  private final FakeEngine.Place place = new FakeEngine.Place();
  private final List<EngineWorkers> opened = new ArrayList<>();
  @TempDir Path root;

  private ManagerContext context(Path directory, String program, Map<String, String> environment) {
    return new ManagerContext(
        TaskRegistry.empty().with("INDEX", context -> {}).with("OTHER", context -> {}),
        Optional.of("app"),
        ProcessRoot.at(directory),
        AppProgram.of(JvmCommand.ofCommand(List.of(program))),
        LogPolicy.defaults(),
        Duration.ofSeconds(1),
        false,
        ENGINE,
        new Platform(environment, TimeSource.system(), ProcessTable.system()));
  }

  private EngineWorkers workers(Behavior behavior) {
    return workers(root, behavior.name());
  }

  private EngineWorkers workers(Path directory, String program) {
    EngineWorkers workers =
        new EngineWorkers(context(directory, program, Map.of("HOME", "/")), place.open("app"));
    opened.add(workers);
    return workers;
  }

  @AfterEach
  void closeWorkers() {
    opened.forEach(EngineWorkers::close);
  }

  private Path directory() {
    return root.resolve(KEY.directoryName());
  }

  private static List<String> texts(ProcessLog log) {
    return log.tail(10_000).stream().map(LogLine::text).toList();
  }

  @Test
  void startedWorkerIsShownWithItsEngine() {
    EngineWorkers workers = workers(Behavior.RUN);

    WorkerInfo started = workers.start(KEY, StartOptions.builder().env("A", "secret").build());

    assertThat(started.launched()).isTrue();
    WorkerInfo info = workers.info(KEY).orElseThrow();
    assertThat(info.state()).isEqualTo(WorkerState.RUNNING);
    assertThat(info.identity()).isEmpty();
    assertThat(info.toString()).contains("pid: -", "engine: fake:place (run-1)", "where: nowhere");
    assertThat(workers.list(List.of("INDEX"))).hasSize(1);
    assertThat(workers.list(List.of("OTHER"))).isEmpty();
    assertThat(directory().resolve("process.properties"))
        .content()
        .contains("engine=fake:place", "incarnation=run-1", "environment.0=A")
        .doesNotContain("secret");
  }

  @Test
  void workerGetsVariablesOfItsTaskAndOfTheCaller() {
    Map<String, String> own =
        Map.of("HOME", "/", "OTHER", "1", "LUHPROC_DIR", "/x", "LUHPROC_ID", "y");
    StartOptions options =
        StartOptions.builder()
            .env("A", "b")
            .argument("--fast")
            .startTimeout(Duration.ofMinutes(3))
            .build();
    new EngineWorkers(context(root, "RUN", own), place.open("app")).start(KEY, options);

    WorkerSpec spec = place.specOf(WORKER);
    assertThat(spec.environment())
        .containsOnly(
            Map.entry("INDEX", "1"),
            Map.entry("LUHPROC_ID", "main"),
            Map.entry("LUHPROC_ENGINE_WORKER", "1"),
            Map.entry("A", "b"));
    assertThat(spec.inherited()).containsOnly(Map.entry("HOME", "/"));
    assertThat(spec.command()).containsExactly("RUN", "--fast");
    assertThat(spec.startTimeout()).contains(Duration.ofMinutes(3));
    assertThat(spec.toString()).doesNotContain("b]").contains("INDEX");
  }

  @Test
  void secondStartFindsRunningWorker() {
    EngineWorkers workers = workers(Behavior.RUN);
    workers.start(KEY, StartOptions.defaults());

    WorkerInfo again = workers.start(KEY, StartOptions.defaults());

    assertThat(again.launched()).isFalse();
    assertThat(place.started()).isEqualTo(1);
  }

  @Test
  void workerOfAnotherMachineIsFoundAndNotStartedTwice() {
    workers(root.resolve("a"), "RUN").start(KEY, StartOptions.defaults());
    EngineWorkers other = workers(root.resolve("b"), "RUN");

    assertThat(other.list(List.of("INDEX"))).hasSize(1);
    assertThat(other.start(KEY, StartOptions.defaults()).launched()).isFalse();
    assertThat(texts(other.logs(KEY))).containsExactly("running");
    assertThat(other.stop(KEY, StopOptions.defaults()).outcome())
        .isEqualTo(StopResult.Outcome.STOPPED);
    assertThat(place.started()).isEqualTo(1);
  }

  @Test
  void startWithoutAnswerIsRepeatedAsTheSameStart() {
    EngineWorkers workers = workers(Behavior.RUN);
    place.loseNextReply();
    assertThatThrownBy(() -> workers.start(KEY, StartOptions.defaults()))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("start it again");

    // Another process, as after a crash of the first.
    WorkerInfo again = workers(Behavior.RUN).start(KEY, StartOptions.defaults());

    assertThat(again.launched()).isTrue();
    assertThat(place.started()).isEqualTo(1);
  }

  @Test
  void startThatWasNotAcceptedIsRepeatedOnceEngineAnswers() {
    EngineWorkers workers = workers(Behavior.RUN);
    place.setAnswering(false);
    assertThatThrownBy(() -> workers.start(KEY, StartOptions.defaults()))
        .isInstanceOf(EngineUnavailableException.class);
    assertThatThrownBy(() -> workers.info(KEY)).isInstanceOf(EngineUnavailableException.class);
    assertThatThrownBy(() -> workers.list(List.of("INDEX")))
        .isInstanceOf(EngineUnavailableException.class);
    place.setAnswering(true);

    assertThat(workers.start(KEY, StartOptions.defaults()).launched()).isTrue();
  }

  @Test
  void refusedStartLeavesNothing() {
    EngineWorkers workers = workers(root, "REFUSED");

    assertThatThrownBy(() -> workers.start(KEY, StartOptions.defaults()))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("choose another");

    assertThat(directory()).doesNotExist();
    assertThat(workers.info(KEY)).isEmpty();
  }

  @Test
  void endIsKnownThoughEngineHasForgottenTheWorker() {
    EngineWorkers workers = workers(Behavior.EXIT_7);
    workers.start(KEY, StartOptions.defaults());
    assertThat(workers.info(KEY).orElseThrow().exitCode()).hasValue(7);
    place.forget(WORKER);

    WorkerInfo info = workers(Behavior.EXIT_7).info(KEY).orElseThrow();

    assertThat(info.state()).isEqualTo(WorkerState.ENDED);
    assertThat(info.exitCode()).hasValue(7);
    assertThat(workers.list(List.of("INDEX")))
        .extracting(WorkerInfo::exitCode)
        .contains(info.exitCode());
  }

  @Test
  void forgottenWorkerHasNeitherSucceededNorFailed() {
    EngineWorkers workers = workers(Behavior.RUN);
    workers.start(KEY, StartOptions.defaults());
    place.forget(WORKER);

    WorkerInfo info = workers.info(KEY).orElseThrow();

    assertThat(info.state()).isEqualTo(WorkerState.ENDED);
    assertThat(info.exitCode()).isEmpty();
    assertThat(info.end().orElseThrow().reason()).contains("fake:place has no record of it");
    assertThat(workers.start(KEY, StartOptions.defaults()).launched()).isTrue();
  }

  @Test
  void lostWorkerIsShownAsLostAndNotStartedAgain() {
    EngineWorkers workers = workers(Behavior.RUN);
    workers.start(KEY, StartOptions.defaults());
    place.lose(WORKER);

    assertThat(workers.info(KEY).orElseThrow().state()).isEqualTo(WorkerState.LOST);
    assertThat(workers.start(KEY, StartOptions.defaults()).launched()).isFalse();
  }

  @Test
  void logsAreCopiedAndOutliveTheWorker() {
    EngineWorkers workers = workers(Behavior.WRITE_LINES);
    workers.start(KEY, StartOptions.defaults());

    ProcessLog log = workers.logs(KEY);

    assertThat(texts(log)).hasSize(200).startsWith("out 1").endsWith("out 200");
    assertThat(texts(log.err())).containsExactly("err 1");
    place.forget(WORKER);
    assertThat(texts(workers(Behavior.RUN).logs(KEY))).hasSize(200);
    assertThat(texts(workers.logs(KEY))).hasSize(200);
  }

  @Test
  void logOfEndedWorkerIsCopiedWhenItsEndIsSeen() {
    EngineWorkers workers = workers(Behavior.WRITE_LINES);
    workers.start(KEY, StartOptions.defaults());
    assertThat(workers.list(List.of("INDEX"))).hasSize(1);
    place.forget(WORKER);

    assertThat(texts(workers.logs(KEY))).hasSize(200);
  }

  @Test
  void followedLogShowsNewLinesUntilTheEnd() {
    EngineWorkers workers = workers(Behavior.RUN);
    workers.start(KEY, StartOptions.defaults());
    List<String> seen = new CopyOnWriteArrayList<>();
    try (LogSubscription subscription =
        workers.logs(KEY).followFromTail(10, line -> seen.add(line.text()))) {
      assertThat(subscription).isNotNull();
      Eventually.holds("first line", () -> seen.contains("running"));

      place.print(WORKER, LogStream.OUT, "more");
      Eventually.holds("live line", () -> seen.contains("more"));
      place.print(WORKER, LogStream.OUT, "last");
      place.exit(WORKER, 0);

      Eventually.holds("last line", () -> seen.contains("last"));
    }
    assertThat(seen).containsExactly("running", "more", "last");
  }

  @Test
  void linesWrittenBeforeCopierWasKilledAreNotRepeated() throws Exception {
    EngineWorkers workers = workers(Behavior.RUN);
    workers.start(KEY, StartOptions.defaults());
    assertThat(texts(workers.logs(KEY))).containsExactly("running");
    Path mirror = directory().resolve("mirror");
    Eventually.holds("saved cursor", () -> Files.readString(mirror).endsWith("\n0"));
    String saved = Files.readString(mirror);
    for (int i = 1; i <= 5; i++) {
      place.print(WORKER, LogStream.OUT, "line " + i);
    }
    place.exit(WORKER, 0);
    Eventually.holds(
        "complete copy", () -> List.of(Files.readString(mirror).split("\n")).contains("true"));
    // As if the copier had been killed in the middle of line 4.
    Files.writeString(mirror, saved);
    Files.writeString(directory().resolve("out.log"), "running\nline 1\nline 2\nline 3\nli");

    // The first copier may still hold its lock.
    Eventually.holds(
        "complete copy",
        () -> {
          List<String> lines = texts(workers(Behavior.RUN).logs(KEY));
          return lines.equals(List.of("running", "line 1", "line 2", "line 3", "line 4", "line 5"));
        });
  }

  @Test
  void logsOfNextRunFollowThoseOfTheLast() {
    EngineWorkers workers = workers(Behavior.WRITE_LINES);
    workers.start(KEY, StartOptions.defaults());
    workers.start(KEY, StartOptions.defaults());

    assertThat(texts(workers.logs(KEY))).hasSize(400);
  }

  @Test
  void stopRemovesWorkerAndDirectory() {
    EngineWorkers workers = workers(Behavior.RUN);
    workers.start(KEY, StartOptions.defaults());

    StopResult result = workers.stop(KEY, StopOptions.defaults());

    assertThat(result.outcome()).isEqualTo(StopResult.Outcome.STOPPED);
    assertThat(workers.info(KEY)).isEmpty();
    assertThat(directory()).doesNotExist();
    assertThat(workers.stop(KEY, StopOptions.defaults()).outcome())
        .isEqualTo(StopResult.Outcome.NOT_RUNNING);
    assertThat(directory()).doesNotExist();
  }

  @Test
  void stopWithoutTimeTriesOnce() {
    EngineWorkers workers = workers(Behavior.RUN);
    workers.start(KEY, StartOptions.defaults());

    StopResult result = workers.stop(KEY, StopOptions.within(Duration.ZERO).build());

    assertThat(result.outcome()).isEqualTo(StopResult.Outcome.STOPPED);
  }

  @Test
  void stopThatKeepsLogsKeepsLastWordsAndEnd() {
    for (boolean forgetful : List.of(true, false)) {
      Path other = root.resolve(Boolean.toString(forgetful));
      EnumSet<EngineCapability> capabilities =
          forgetful
              ? EnumSet.noneOf(EngineCapability.class)
              : EnumSet.allOf(EngineCapability.class);
      EngineWorkers workers =
          new EngineWorkers(
              context(other, "SAY_GOODBYE", Map.of()), place.open("app", capabilities));
      workers.start(KEY, StartOptions.defaults());

      StopResult result = workers.stop(KEY, StopOptions.builder().keepLogs(true).build());

      assertThat(result.outcome()).isEqualTo(StopResult.Outcome.STOPPED);
      WorkerInfo info = workers.info(KEY).orElseThrow();
      assertThat(info.state()).isEqualTo(WorkerState.ENDED);
      assertThat(info.end()).isPresent();
      assertThat(texts(workers.logs(KEY))).containsExactly("running", "last words");
      assertThat(place.open("app").info(WORKER)).isEmpty();
    }
  }

  @Test
  void stopOfWorkerOfAnotherMachineKeepsItsLogs() {
    workers(root.resolve("a"), "SAY_GOODBYE").start(KEY, StartOptions.defaults());
    EngineWorkers other = workers(root.resolve("b"), "SAY_GOODBYE");

    StopResult ignored = other.stop(KEY, StopOptions.builder().keepLogs(true).build());

    assertThat(texts(other.logs(KEY))).containsExactly("running", "last words");
    assertThat(other.info(KEY).orElseThrow().end()).isPresent();
  }

  @Test
  void restartStartsNextRunWithSameOptions() {
    EngineWorkers workers = workers(Behavior.RUN);
    workers.start(KEY, StartOptions.builder().argument("--fast").build());

    WorkerInfo restarted = workers.restart(KEY, workers.startOptions(KEY), StopOptions.defaults());

    assertThat(restarted.engine().orElseThrow().incarnation()).isEqualTo("run-2");
    assertThat(place.specOf(WORKER).command()).containsExactly("RUN", "--fast");
    assertThat(texts(workers.logs(KEY))).containsExactly("running", "running");
  }

  @Test
  void valuesOfVariablesAreNotStoredSoRestartAsksForThem() {
    EngineWorkers workers = workers(Behavior.RUN);
    workers.start(KEY, StartOptions.builder().env("A", "b").build());

    assertThatThrownBy(() -> workers.startOptions(KEY))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("variable A");
  }

  @Test
  void awaitReadyFailsWithWhatTheEngineSays() {
    StartOptions options = StartOptions.builder().awaitReady(Duration.ofMillis(50)).build();

    assertThatThrownBy(() -> workers(Behavior.NEVER_PLACED).start(KEY, options))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("no place is free");
    workers(Behavior.RUN).stop(KEY, StopOptions.defaults());
    assertThatThrownBy(() -> workers(Behavior.EXIT_7).start(KEY, options))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("exited with code 7");
    assertThat(workers(Behavior.RUN).start(KEY, options).state()).isEqualTo(WorkerState.RUNNING);
  }

  @Test
  void workerOfAnEngineStartsNoOthers() {
    EngineWorkers inside =
        new EngineWorkers(
            context(root, "RUN", Map.of("LUHPROC_ENGINE_WORKER", "1")), place.open("app"));

    assertThatThrownBy(() -> inside.start(KEY, StartOptions.defaults()))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("itself a worker on an engine");
  }

  @Test
  void managerOfThisMachineLeavesWorkerOfEngineAlone() {
    workers(Behavior.RUN).start(KEY, StartOptions.defaults());
    ProcessManager local =
        ProcessManager.builder()
            .app("app")
            .task("INDEX", context -> {})
            .command(List.of("RUN"))
            .engine(WorkerEngines.LOCAL)
            .root(root)
            .build();

    assertThat(local.list()).isEmpty();
    assertThat(local.listAll()).extracting(WorkerInfo::state).containsExactly(WorkerState.LOST);
    assertThatThrownBy(() -> local.start("INDEX", "main"))
        .isInstanceOf(DirectoryRefusedException.class)
        .hasMessageContaining("it runs on engine fake:place");
    assertThatThrownBy(() -> local.stop("INDEX", "main"))
        .isInstanceOf(DirectoryRefusedException.class);
  }

  @Test
  void signalsAreRefusedWithTheRemedy() {
    EngineWorkers workers = workers(Behavior.RUN);
    workers.start(KEY, StartOptions.defaults());

    assertThatThrownBy(() -> workers.signal(KEY, Signal.HUP)).hasMessageContaining("use stop");
  }

  @Test
  void allWorkersAreStoppedTogether() {
    EngineWorkers workers = workers(Behavior.RUN);
    List<ProcessKey> keys = List.of(KEY, new ProcessKey(Optional.of("app"), "INDEX", "b"));
    keys.forEach(it -> workers.start(it, StartOptions.defaults()));

    assertThat(workers.stopAll(keys, StopOptions.defaults())).hasSize(2);

    assertThat(workers.list(List.of("INDEX"))).isEmpty();
  }
}
