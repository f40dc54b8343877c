package io.luhproc.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.StartReply;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.engine.WorkerStatus.WorkerEnd;
import io.luhproc.engine.WorkerStatus.WorkerEnd.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is known of a worker when Slurm's controller knows its job no more. */
final class ForgottenJobTest {
  private static final WorkerKey KEY = new WorkerKey(Optional.of("shop"), "INDEXER", "🚀 'x'=\\n");
  private static final WorkerSpec SPEC = SlurmCluster.spec(KEY, "token-1", "/bin/true");
  private static final Duration GRACE = Duration.ofSeconds(5);

  @TempDir Path commands;
  @TempDir Path parent;
  private FakeSlurm slurm;
  private SlurmEngine engine;
  private RunStore store;
  private Run run;

  @BeforeEach
  void createRun() throws IOException {
    slurm = new FakeSlurm(commands);
    SlurmSettings settings = slurm.settings(parent.resolve("runs"));
    engine = new SlurmEngine(settings);
    store = new RunStore(settings, "fake");
    run = store.create(SPEC);
  }

  private void file(String name, String text) throws IOException {
    PrivateFiles.write(run.file(name), text);
  }

  /** Slurm knows a job of the run. */
  private void job(String fields) throws IOException {
    slurm.jobs(fields + "@" + JobQueue.mark(run.name(), run.directoryName()) + "@\n");
  }

  private WorkerStatus info() {
    WorkerStatus status = engine.info(KEY).orElseThrow();
    assertThat(status.key()).isEqualTo(KEY);
    assertThat(engine.list()).containsExactly(status);
    return status;
  }

  @Test
  void runWithoutJobIsNoWorker() {
    assertThat(engine.info(KEY)).isEmpty();
    assertThat(engine.list()).isEmpty();
    assertThat(engine.stop(KEY, "17-" + run.directoryName(), GRACE)).isEqualTo(StopReply.NOT_FOUND);
  }

  @Test
  void endThatScriptRecordedIsKnown() throws IOException {
    file("started", "17 n1\n");
    file("end", "exit 7\n");

    WorkerStatus status = info();

    assertThat(status.phase()).isEqualTo(Phase.ENDED);
    assertThat(status.incarnation()).isEqualTo("17-" + run.directoryName());
    assertThat(status.where()).hasValue("node n1 (job 17)");
    assertThat(status.end().orElseThrow().kind()).isEqualTo(Kind.EXITED);
    assertThat(status.end().orElseThrow().process().exitCode()).hasValue(7);
  }

  @Test
  void jobWithoutRecordedEndIsLost() throws IOException {
    file("started", "17 n1\n");

    WorkerStatus status = info();

    assertThat(status.phase()).isEqualTo(Phase.LOST);
    assertThat(status.detail()).hasValueSatisfying(it -> assertThat(it).contains("job 17"));
  }

  @Test
  void jobThatWasSubmittedOnlyIsLost() throws IOException {
    file("job", "17\n");

    assertThat(info().phase()).isEqualTo(Phase.LOST);
  }

  @Test
  void lostWorkerIsReplacedByStart() throws IOException {
    file("started", "17 n1\n");
    slurm.command("sbatch", "cat >/dev/null; : >" + commands.resolve("submitted") + "; echo 18");
    WorkerSpec second = SlurmCluster.spec(KEY, "token-2", "/bin/true");
    Path jobs = commands.resolve("jobs");
    String mark = JobQueue.mark(run.name(), RunStore.directoryName("token-2"));
    slurm.command(
        "squeue",
        """
        for word; do
          case $word in --Format=*) end=${word#--Format=JobID:} end=${end%%,*} ;; esac
        done
        [ ! -e SUBMITTED ] || echo '18@PENDING@None@0@N/A@N/A@@MARK@' | sed "s/@/$end/g"
        """
            .replace("SUBMITTED", commands.resolve("submitted").toString())
            .replace("MARK", mark));

    StartReply reply = engine.start(second);

    assertThat(reply.outcome()).isEqualTo(StartReply.Outcome.ACCEPTED);
    assertThat(run.path()).doesNotExist();
    assertThat(jobs).exists();
  }

  @Test
  void lastWordsOfSlurmAreKept() throws IOException {
    file("started", "17 n1\n");
    job("17@OUT_OF_MEMORY@OutOfMemory@9@1795925792@1795925799@n1");
    WorkerStatus known = info();

    slurm.jobs("");

    assertThat(known.end().orElseThrow().kind()).isEqualTo(Kind.OUT_OF_MEMORY);
    assertThat(known.end().orElseThrow().process().time())
        .isEqualTo(Instant.ofEpochSecond(1795925799));
    assertThat(info()).isEqualTo(known);
  }

  @Test
  void accountingIsAskedWhereThereIsSome() throws IOException {
    file("started", "17 n1\n");
    slurm.config("ClusterName = fake\nAccountingStorageType = accounting_storage/slurmdbd\n");
    slurm.command(
        "sacct",
        "echo '17|TIMEOUT|None|0:15|1795925792|1795925799|n1|"
            + run.name()
            + "'; echo '18|COMPLETED|None|0:0|1|2|n1|other'");

    WorkerStatus status = info();

    assertThat(status.end().orElseThrow().process().reason())
        .isEqualTo("killed by SIGTERM (time limit of Slurm)");
  }

  @Test
  void failureOfAccountingHidesNoWorker() throws IOException {
    file("started", "17 n1\n");
    slurm.config("ClusterName = fake\nAccountingStorageType = accounting_storage/slurmdbd\n");
    slurm.command("sacct", "echo 'Unable to contact slurmdbd' >&2; exit 1");

    assertThat(info().phase()).isEqualTo(Phase.LOST);
  }

  @Test
  void accountedJobOfOtherNameIsAnotherJob() throws IOException {
    file("started", "17 n1\n");
    slurm.config("ClusterName = fake\nAccountingStorageType = accounting_storage/slurmdbd\n");
    slurm.command("sacct", "echo '17|COMPLETED|None|0:0|1|2|n1|other'");

    assertThat(info().phase()).isEqualTo(Phase.LOST);
  }

  @Test
  void stopBeforeStartIsKnown() throws IOException {
    file("job", "17\n");
    run.requestStop(GRACE);

    assertThat(info().end().orElseThrow().kind()).isEqualTo(Kind.STOPPED);
  }

  @Test
  void stopRemovesWhatIsKept() throws IOException {
    file("started", "17 n1\n");
    file("end", "exit 0\n");

    assertThat(engine.stop(KEY, info().incarnation(), GRACE)).isEqualTo(StopReply.ALREADY_ENDED);

    assertThat(engine.info(KEY)).isEmpty();
    assertThat(run.path().getParent()).doesNotExist();
  }

  @Test
  void endedJobWithoutRunHasBeenRemoved() throws IOException {
    job("17@COMPLETED@None@0@1795925792@1795925799@n1");
    store.remove(run);

    assertThat(engine.info(KEY)).isEmpty();
    assertThat(engine.list()).isEmpty();
  }

  @Test
  void livingJobWithoutRunIsNeverSkipped() throws IOException {
    job("17@RUNNING@None@0@1795925792@N/A@n1");
    store.remove(run);

    assertThatThrownBy(() -> engine.list())
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("scancel 17");
  }

  @Test
  void jobThatDidNotBeginRunIsNotItsJob() throws IOException {
    file("started", "17 n1\n");
    file("end", "exit 3\n");
    job("18@COMPLETED@None@0@1795925792@1795925799@n1");

    assertThat(info().incarnation()).startsWith("17-");
    assertThat(info().end().orElseThrow().process().exitCode()).hasValue(3);
  }

  @Test
  void unknownStateIsLostNotEnded() throws IOException {
    job("17@LEVITATING@None@0@1795925792@N/A@n1");

    assertThat(info().phase()).isEqualTo(Phase.LOST);
    assertThat(info().detail()).hasValue("job 17 is LEVITATING");
  }

  @ParameterizedTest
  @CsvSource({
    "COMPLETED,None,0,EXITED,0",
    "FAILED,NonZeroExitCode,1792,EXITED,7",
    "FAILED,JobLaunchFailure,9,EXITED,137",
    "FAILED,JobLaunchFailure,4021,START_FAILED,",
    "FAILED,BadConstraints,256,START_FAILED,",
    "BOOT_FAIL,None,0,START_FAILED,",
    "NODE_FAIL,NodeDown,0,UNKNOWN,",
    "PREEMPTED,None,0,UNKNOWN,",
    "PREEMPTED,None,15,EXITED,143",
    "TIMEOUT,TimeLimit,15,EXITED,143",
    "OUT_OF_MEMORY,OutOfMemory,125,OUT_OF_MEMORY,",
    "OUT_OF_MEMORY,OutOfMemory,9,OUT_OF_MEMORY,137",
    "CANCELLED,None,0,STOPPED,"
  })
  void jobsTellTheirEndBeforeFilesOfScriptAreSeen(
      String state, String reason, String exit, Kind kind, Integer exitCode) throws IOException {
    job("17@%s@%s@%s@1795925792@1795925799@n1".formatted(state, reason, exit));

    WorkerEnd end = info().end().orElseThrow();

    assertThat(end.kind()).isEqualTo(kind);
    assertThat(end.process().exitCode())
        .isEqualTo(exitCode == null ? OptionalInt.empty() : OptionalInt.of(exitCode));
  }

  @Test
  void outputThatEndsEarlyIsNoAnswer() throws IOException {
    slurm.jobs("17@RUNNING@None@0@1795");

    assertThatThrownBy(() -> engine.list()).isInstanceOf(EngineUnavailableException.class);
  }

  @Test
  void damagedRecordsAreNoWorkers() throws IOException {
    file("started", "17 n1\n");
    Path record = run.file("record");
    for (String text : new String[] {"", "version=2\n", "version=1\ntask=A\n", "\\u12"}) {
      Files.writeString(record, text);

      assertThat(engine.list()).as(text).isEmpty();
    }
  }
}
