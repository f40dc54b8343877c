package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.engine.EngineLog;
import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.StartReply;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerEngines;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.engine.WorkerStatus.WorkerEnd;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.Eventually;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.app.TaskApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the engine of this machine does beyond the contract. */
@Tag("process")
class LocalEngineTest {
  private static final String APP = TaskApp.class.getName();
  private static final WorkerKey KEY = new WorkerKey(Optional.empty(), "FIRST", "main");
  private static final ProcessKey PROCESS_KEY = new ProcessKey(Optional.empty(), "FIRST", "main");
  private static final Duration HOUR = Duration.ofHours(1);

  @RegisterExtension private final WorkerFixture workers = new WorkerFixture();
  private final WorkerEngine engine = open(workers.root, APP);

  private static WorkerEngine open(Path root, String app) {
    return WorkerEngines.open("local:", app, Map.of("LUHPROC_TMP_DIR", root.toString()));
  }

  @AfterEach
  void killWorkers() {
    for (WorkerStatus worker : engine.list()) {
      StopReply ignored = engine.stop(worker.key(), worker.incarnation(), Duration.ZERO);
    }
    engine.close();
  }

  private static WorkerSpec spec(String token, List<String> command) {
    Map<String, String> inherited = new HashMap<>(System.getenv());
    return new WorkerSpec(
        KEY, token, command, Map.of("FIRST", "1"), inherited, Path.of("/"), HOUR, Optional.empty());
  }

  private WorkerStatus startShell(String script) {
    return engine.start(spec("token-1", List.of("/bin/sh", "-c", script))).status();
  }

  private WorkerStatus await(Phase phase) {
    Eventually.holds(
        phase.toString(), () -> engine.info(KEY).filter(it -> it.phase() == phase).isPresent());
    return engine.info(KEY).orElseThrow();
  }

  private ProcessDirectory directory() {
    return ProcessRoot.at(workers.root).directory(PROCESS_KEY);
  }

  private void awaitOutput(String text) {
    Eventually.holds(
        "output " + text, () -> WorkerFixture.read(directory().outLog()).contains(text));
  }

  @Test
  void workersOfManagerAreWorkersOfEngine() {
    WorkerInfo started = workers.startReady("IDLE", "main");

    assertThat(engine.list())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.key()).isEqualTo(new WorkerKey(Optional.empty(), "IDLE", "main"));
              assertThat(it.phase()).isEqualTo(Phase.RUNNING);
              assertThat(it.where()).contains("pid " + started.pid().orElseThrow());
            });
    WorkerStatus worker = engine.list().get(0);
    assertThat(engine.stop(worker.key(), worker.incarnation(), HOUR)).isEqualTo(StopReply.ACCEPTED);
    assertThat(workers.awaitEnd("IDLE", "main").end().orElseThrow().reason())
        .isEqualTo("stopped by SIGTERM");
    assertThat(engine.list().get(0).end().map(WorkerEnd::kind)).contains(WorkerEnd.Kind.STOPPED);
  }

  @Test
  void appRunsItsTaskAsWorkerOfItsManager() {
    List<String> command = TaskAppProcess.command();

    StartReply reply = engine.start(spec("token-1", command));

    assertThat(reply.outcome()).isEqualTo(StartReply.Outcome.ACCEPTED);
    Eventually.holds(
        "the task runs", () -> workers.info("FIRST", "main").state() == WorkerState.READY);
    assertThat(workers.info("FIRST", "main").pid().orElseThrow())
        .isEqualTo(Long.parseLong(reply.status().where().orElseThrow().substring("pid ".length())));
    assertThat(workers.manager.start("FIRST", "main").launched()).isFalse();
    assertThat(engine.start(spec("token-2", command)).outcome())
        .isEqualTo(StartReply.Outcome.TAKEN);
  }

  @Test
  void jvmWithoutHeapIsReportedAsOutOfMemory() {
    WorkerStatus ignored =
        engine
            .start(
                spec(
                    "token-1",
                    List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx8m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullHeap.class.getName())))
            .status();

    WorkerEnd end = await(Phase.ENDED).end().orElseThrow();

    assertThat(end.kind()).isEqualTo(WorkerEnd.Kind.OUT_OF_MEMORY);
    assertThat(end.process().exitCode()).hasValue(3);
  }

  /** Fills its heap. */
  static final class FullHeap {
    private FullHeap() {}

    public static void main(String[] args) {
      List<byte[]> heap = new ArrayList<>();
      while (!heap.contains(new byte[0])) {
        heap.add(new byte[1 << 20]);
      }
    }
  }

  @Test
  void shorterGraceShortensRunningStop() {
    WorkerStatus worker = startShell("trap '' TERM; echo ready; while :; do sleep 600; done");
    awaitOutput("ready");
    assertThat(engine.stop(KEY, worker.incarnation(), HOUR)).isEqualTo(StopReply.ACCEPTED);
    assertThat(engine.info(KEY).map(WorkerStatus::phase)).contains(Phase.STOPPING);
    assertThat(engine.start(spec("token-2", List.of("true"))).outcome())
        .isEqualTo(StartReply.Outcome.STOPPING);

    assertThat(engine.stop(KEY, worker.incarnation(), Duration.ZERO)).isEqualTo(StopReply.ACCEPTED);

    WorkerEnd end = await(Phase.ENDED).end().orElseThrow();
    assertThat(end.kind()).isEqualTo(WorkerEnd.Kind.STOPPED);
  }

  @Test
  void closeWaitsForAcceptedStop() {
    // Longer than the 2 s that a pool of threads waits by itself.
    WorkerStatus worker =
        startShell("trap 'sleep 2.5; echo bye; exit' TERM; echo ready; sleep 600 & wait");
    awaitOutput("ready");
    try (WorkerEngine other = open(workers.root, APP)) {
      assertThat(other.stop(KEY, worker.incarnation(), Duration.ofSeconds(20)))
          .isEqualTo(StopReply.ACCEPTED);
    }

    assertThat(engine.info(KEY).map(WorkerStatus::phase)).contains(Phase.ENDED);
    assertThat(WorkerFixture.read(directory().outLog()))
        .as(() -> workers.dump("FIRST", "main"))
        .isEqualTo("ready\nbye\n");
  }

  @Test
  void stopOfEndedWorkerRemovesItsDirectory() throws Exception {
    WorkerStatus worker = startShell("echo done");
    WorkerStatus ended = await(Phase.ENDED);
    assertThat(engine.stop(KEY, "4-5-6", HOUR)).isEqualTo(StopReply.OTHER_INCARNATION);

    assertThat(engine.stop(KEY, worker.incarnation(), HOUR)).isEqualTo(StopReply.ALREADY_ENDED);

    Eventually.holds("the directory is deleted", () -> !directory().exists());
    assertThat(engine.info(KEY)).isEmpty();
    try (EngineLog log = engine.log(KEY, ended.incarnation(), Optional.empty(), true)) {
      assertThat(log.next()).isNull();
      assertThat(log.end()).contains(EngineLog.End.GONE);
    }
  }

  @Test
  void slowReaderGetsAllLinesInOrderAcrossTheEnd() throws Exception {
    WorkerStatus worker = startShell("seq 1 20000");
    try (EngineLog log = engine.log(KEY, worker.incarnation(), Optional.empty(), true)) {
      assertThat(log.next()).isNotNull();
      WorkerStatus ignored = await(Phase.ENDED);
      for (int i = 2; i <= 20_000; i++) {
        assertThat(log.next()).extracting(EngineLog.Line::text).isEqualTo(Integer.toString(i));
      }
      assertThat(log.next()).isNull();
      assertThat(log.end()).contains(EngineLog.End.COMPLETE);
    }
  }

  @Test
  void logWithUnreadLinesCanBeClosed() throws Exception {
    WorkerStatus worker = startShell("seq 1 20000");
    EngineLog log = engine.log(KEY, worker.incarnation(), Optional.empty(), true);
    assertThat(log.next()).isNotNull();
    WorkerStatus ignored = await(Phase.ENDED);

    log.close();

    assertThat(log.next()).isNull();
    assertThat(log.end()).contains(EngineLog.End.CLOSED);
  }

  @Test
  void logEndsBeforeLinesOfNextRun() throws Exception {
    WorkerStatus worker = startShell("echo first");
    WorkerStatus ended = await(Phase.ENDED);
    try (EngineLog log = engine.log(KEY, worker.incarnation(), Optional.empty(), false)) {
      assertThat(log.next()).extracting(EngineLog.Line::text).isEqualTo("first");
      assertThat(engine.start(spec("token-2", List.of("echo", "second"))).outcome())
          .isEqualTo(StartReply.Outcome.ACCEPTED);
      awaitOutput("second");

      assertThat(log.next()).isNull();
      assertThat(log.end()).contains(EngineLog.End.GONE);
    }
    assertThat(ended.incarnation()).isEqualTo(worker.incarnation());
  }

  @Test
  void followedLogOfRemovedWorkerIsGone() throws Exception {
    WorkerStatus worker = startShell("echo ready; exec sleep 600");
    try (EngineLog log = engine.log(KEY, worker.incarnation(), Optional.empty(), true)) {
      assertThat(log.next()).extracting(EngineLog.Line::text).isEqualTo("ready");

      StopResult ignored =
          workers.manager.stop("FIRST", "main", StopOptions.builder().grace(HOUR).build());

      assertThat(log.next()).isNull();
      assertThat(log.end()).contains(EngineLog.End.GONE);
    }
  }

  @Test
  void logThatIsNotFollowedIsUpToDateWhileWorkerRuns() throws Exception {
    WorkerStatus worker = startShell("echo ready; exec sleep 600");
    awaitOutput("ready");

    try (EngineLog log = engine.log(KEY, worker.incarnation(), Optional.empty(), false)) {
      assertThat(log.next()).extracting(EngineLog.Line::text).isEqualTo("ready");
      assertThat(log.next()).isNull();
      assertThat(log.end()).contains(EngineLog.End.UP_TO_DATE);
    }
    assertThatThrownBy(
            () -> engine.log(KEY, worker.incarnation(), Optional.of("6:x"), true).close())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cursor (6:x) must be that of a line");
  }

  @Test
  void deathWithoutStarterIsUnknown() {
    writeRecord(record(APP).withIdentity(new ProcessIdentity(4_194_304, 5, "earlier boot")));

    WorkerStatus status = engine.info(KEY).orElseThrow();

    assertThat(status.phase()).isEqualTo(Phase.ENDED);
    assertThat(status.incarnation()).isEqualTo("4194304-5-earlier ");
    assertThat(status.end().orElseThrow().kind()).isEqualTo(WorkerEnd.Kind.UNKNOWN);
  }

  @Test
  void workerThatAnotherProcessLaunchesIsStarting() {
    writeRecord(record(APP));
    try (DirectoryLock lock = lock()) {
      assertThat(lock).isNotNull();
      assertThat(engine.info(KEY).map(WorkerStatus::phase)).contains(Phase.STARTING);
      assertThat(engine.info(KEY).map(WorkerStatus::incarnation)).contains("launch-token-1");
    }
    assertThat(engine.info(KEY).map(WorkerStatus::phase)).contains(Phase.ENDED);
  }

  private WorkerEngine openWith(ProcessTable table) {
    return new LocalEngine(
        VirtualManagerContext.of(workers.root, TimeSource.system(), table), "app");
  }

  @Test
  void workerThatIsLaunchedWhileItIsSearchedForRuns() {
    writeRecord(record("app"));
    ProcessRecord launched =
        record("app").withIdentity(new ProcessIdentity(ChangingTable.PID, 7, "boot"));
    ProcessTable table = new ChangingTable(true, () -> directory().writeRecord(launched));
    try (WorkerEngine virtual = openWith(table);
        DirectoryLock lock = lock()) {
      assertThat(lock).isNotNull();
      assertThat(virtual.info(KEY).map(WorkerStatus::phase)).contains(Phase.RUNNING);
    }
  }

  @Test
  void workerThatIsRemovedWhileItIsSearchedForIsNotFound() {
    ProcessTable table = new ChangingTable(false, () -> directory().delete());
    try (WorkerEngine virtual = openWith(table)) {
      writeRecord(record("app"));
      assertThat(virtual.info(KEY)).isEmpty();
      writeRecord(record("app"));
      assertThat(virtual.list()).isEmpty();
      writeRecord(record("app"));
      assertThat(virtual.stop(KEY, "launch-token-1", HOUR)).isEqualTo(StopReply.NOT_FOUND);
    }
  }

  /** A table with one process or none, in which something happens during a search. */
  private record ChangingTable(boolean alive, Runnable change) implements ProcessTable {
    static final long PID = 4_194_304;

    @Override
    public Optional<ProcessStat> find(long pid) {
      return alive && pid == PID
          ? Optional.of(new ProcessStat(PID, 1, PID, PID, 'S', 7, Duration.ZERO, 4096, 1, "worker"))
          : Optional.empty();
    }

    @Override
    public List<ProcessStat> all() {
      change.run();
      return List.of();
    }

    @Override
    public Optional<String> environmentVariable(long pid, String variable) {
      return Optional.empty();
    }

    @Override
    public String bootId() {
      return "boot";
    }
  }

  @Test
  void deadWorkerWhoseStopIsNotRecordedYetIsStopping() {
    writeRecord(record(APP).withIdentity(new ProcessIdentity(4_194_304, 5, "boot")));
    try (DirectoryLock lock = lock()) {
      assertThat(lock).isNotNull();
      assertThat(engine.info(KEY).map(WorkerStatus::phase)).contains(Phase.STOPPING);
    }
  }

  private DirectoryLock lock() {
    Deadline deadline = Deadline.after(TimeSource.system(), Duration.ofSeconds(20));
    return directory().lock(deadline).orElseThrow();
  }

  private static ProcessRecord record(String program) {
    return ProcessRecord.forLaunch(
        PROCESS_KEY,
        program,
        new ProcessRecord.Launch("token-1", Instant.parse("2026-11-29T12:00:00Z")),
        new LaunchedCommand(List.of("app"), List.of(), List.of(), Path.of("/"), List.of()));
  }

  private void writeRecord(ProcessRecord record) {
    ProcessRoot.at(workers.root).create();
    boolean ignored = directory().create();
    directory().prepareLogFiles();
    directory().writeRecord(record);
  }

  @Test
  void workerOfOtherAppWithSameKeyIsRefused() {
    writeRecord(record("other.App"));

    assertThatThrownBy(() -> engine.info(KEY))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("other.App");
    assertThatThrownBy(() -> startShell("exit 0"))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("other.App");
    assertThatThrownBy(() -> engine.stop(KEY, "4-5-6", HOUR))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("other.App");
    assertThat(engine.list()).isEmpty();
  }

  @Test
  void workerOfOtherEngineIsNotListedAndIsRefused() {
    writeRecord(
        record(APP)
            .withRemote(
                new ProcessRecord.Remote("k8s:batch", Optional.of("uid-1"), Optional.empty())));

    assertThat(engine.list()).isEmpty();
    assertThatThrownBy(() -> engine.info(KEY))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("k8s:batch");
  }

  @Test
  void endedWorkerOfOtherEngineIsReplacedByStart() {
    ProcessRecord remote =
        record(APP)
            .withRemote(
                new ProcessRecord.Remote("k8s:batch", Optional.of("uid-1"), Optional.empty()))
            .withEnd(ProcessEnd.ofExitCode(Instant.parse("2026-11-29T12:01:00Z"), 0));
    writeRecord(remote);

    assertThat(engine.info(KEY)).isEmpty();
    assertThat(engine.stop(KEY, "launch-token-1", HOUR)).isEqualTo(StopReply.NOT_FOUND);
    assertThat(directory().readRecord()).contains(remote);
    assertThat(engine.start(spec("token-2", List.of("true"))).outcome())
        .isEqualTo(StartReply.Outcome.ACCEPTED);
  }

  @Test
  void rootThatIsFileIsProblemAndRefusesCalls() throws IOException {
    Path file = Files.createFile(workers.root.resolve("file"));
    try (WorkerEngine broken = open(file, APP)) {
      assertThat(broken.check())
          .singleElement()
          .satisfies(it -> assertThat(it.problem()).contains("is a file, not a directory"));
      assertThatThrownBy(() -> broken.start(spec("token-1", List.of("true"))))
          .isInstanceOf(EngineRefusedException.class)
          .hasMessageContaining("is a file, not a directory");
    }
    assertThat(engine.check()).isEmpty();
  }

  @Test
  void unreadableRootIsUnavailable() {
    Path unreachable = Path.of("x".repeat(300));
    try (WorkerEngine broken = open(unreachable, APP)) {
      assertThatThrownBy(broken::list).isInstanceOf(EngineUnavailableException.class);
    }
  }

  @Test
  void tokenOfOtherFormatIsRefused() {
    assertThatThrownBy(() -> engine.start(spec("a b", List.of("true"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a b");
  }

  @Test
  void startReplacesRecordOfKilledWorkerAndSignalIsKnown() {
    WorkerStatus first = startShell("kill -TERM $$");

    WorkerEnd end = await(Phase.ENDED).end().orElseThrow();

    assertThat(end.kind()).isEqualTo(WorkerEnd.Kind.EXITED);
    assertThat(end.process().signal()).contains(Signal.TERM);
    assertThat(startShell("exit 0").incarnation()).isEqualTo(first.incarnation());
    assertThat(engine.start(spec("token-2", List.of("true"))).outcome())
        .isEqualTo(StartReply.Outcome.ACCEPTED);
  }
}
