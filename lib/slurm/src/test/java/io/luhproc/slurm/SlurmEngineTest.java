package io.luhproc.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.engine.EngineProblem;
import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.StartReply;
import io.luhproc.engine.StartReply.Outcome;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.engine.WorkerStatus.WorkerEnd;
import io.luhproc.engine.WorkerStatus.WorkerEnd.Kind;
import io.luhproc.process.Signal;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What only Slurm has, on a real one. */
final class SlurmEngineTest {
  @RegisterExtension static final SlurmCluster CLUSTER = new SlurmCluster();

  private static final WorkerKey KEY = new WorkerKey(Optional.empty(), "INDEXER", "main");
  private static final Duration GRACE = Duration.ofSeconds(60);

  private final Path runs = CLUSTER.newRuns();
  private final SlurmSettings settings = CLUSTER.settings("app", runs);
  private final SlurmEngine engine = new SlurmEngine(settings);
  private final RunStore store = new RunStore(settings, "luhproc");

  @AfterEach
  void cancelJobs() {
    CLUSTER.cancelAll();
  }

  private WorkerStatus start(WorkerSpec spec) {
    StartReply reply = engine.start(spec);
    assertThat(reply.outcome()).isEqualTo(Outcome.ACCEPTED);
    return reply.status();
  }

  private WorkerStatus start(String script) {
    return start(SlurmCluster.spec(KEY, "token-1", "/bin/sh", "-c", script));
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private WorkerStatus status() {
    return engine.info(KEY).orElseThrow();
  }

  private WorkerEnd end() {
    await(() -> status().phase() == Phase.ENDED);
    return status().end().orElseThrow();
  }

  private String output() {
    Path run = store.path(store.name(KEY), RunStore.directoryName("token-1"));
    return PrivateFiles.read(run.resolve("out.log")).orElse("");
  }

  private void awaitOutput(String text) {
    await(() -> output().contains(text));
  }

  @Test
  void commandAndVariablesArriveAsTheyAre() throws IOException {
    List<String> arguments = List.of("", "it's \"a\" \\ $HOME `id`", "x\r\ny\n#SBATCH -n9", "🚀");
    // Java passes on only what its locale has.
    Charset locale = Charset.forName(System.getProperty("sun.jnu.encoding"));
    String emoji = locale.newEncoder().canEncode("🚀") ? "🚀" : "";
    String secret = "secret " + emoji + "\n'value' \"=\" ";
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "printf '%s|' \"$@\" \"$PASSWORD\"", "sh"));
    command.addAll(arguments);
    WorkerSpec spec = SlurmCluster.spec(KEY, "token-1", command.toArray(new String[0]));

    WorkerStatus started =
        start(
            new WorkerSpec(
                KEY,
                "token-1",
                spec.command(),
                Map.of("PASSWORD", secret),
                Map.of(),
                Path.of("/"),
                GRACE,
                Optional.empty()));

    assertThat(end().process().exitCode()).hasValue(0);
    assertThat(output()).isEqualTo(String.join("|", arguments) + "|" + secret + "|");
    String job = started.incarnation().split("-", 2)[0];
    assertThat(CLUSTER.run("scontrol", "show", "job", job))
        .contains("JobName=")
        .doesNotContain("secret");
    try (Stream<Path> files = Files.walk(runs)) {
      assertThat(files.filter(Files::isRegularFile))
          .filteredOn(it -> PrivateFiles.read(it).orElse("").contains("secret"))
          .extracting(it -> it.getFileName().toString())
          .containsExactly("out.log");
    }
  }

  @Test
  void gracePeriodMayBeLongerThanKillWait() {
    WorkerStatus started =
        start("trap 'sleep 5; echo done; exit 4' TERM; echo ready; sleep 99 & wait");
    awaitOutput("ready");

    assertThat(engine.stop(KEY, started.incarnation(), GRACE)).isEqualTo(StopReply.ACCEPTED);

    assertThat(status().phase()).isEqualTo(Phase.STOPPING);
    assertThat(end().kind()).isEqualTo(Kind.STOPPED);
    assertThat(end().process().exitCode()).hasValue(4);
    assertThat(output()).isEqualTo("ready\ndone\n");
  }

  @Test
  void repeatedStopMayShortenGracePeriod() {
    WorkerStatus started = start("trap '' TERM; echo ready; sleep 99");
    awaitOutput("ready");

    assertThat(engine.stop(KEY, started.incarnation(), GRACE)).isEqualTo(StopReply.ACCEPTED);
    assertThat(engine.stop(KEY, started.incarnation(), Duration.ZERO))
        .isEqualTo(StopReply.ACCEPTED);

    assertThat(end().kind()).isEqualTo(Kind.STOPPED);
    assertThat(end().process().signal()).contains(Signal.KILL);
  }

  @Test
  void startDuringStopSaysSo() {
    WorkerStatus started = start("trap '' TERM; echo ready; sleep 99");
    awaitOutput("ready");
    assertThat(engine.stop(KEY, started.incarnation(), GRACE)).isEqualTo(StopReply.ACCEPTED);

    StartReply reply = engine.start(SlurmCluster.spec(KEY, "token-2", "/bin/true"));

    assertThat(reply.outcome()).isEqualTo(Outcome.STOPPING);
    assertThat(reply.status().incarnation()).isEqualTo(started.incarnation());
  }

  @Test
  void cancelByUserReachesWorkerOnce() {
    start("trap 'echo TERM' TERM; echo ready; while :; do sleep 0.1; done");
    awaitOutput("ready");

    String ignored = CLUSTER.run("scancel", "--me");

    assertThat(end().kind()).isEqualTo(Kind.STOPPED);
    assertThat(output()).isEqualTo("ready\nTERM\n");
  }

  @Test
  void deathOfScriptIsReported() throws Exception {
    start("echo $PPID; exec sleep 99");
    awaitOutput("\n");

    assertThat(new ProcessBuilder("kill", "-KILL", output().strip()).start().waitFor()).isZero();

    assertThat(end().kind()).isEqualTo(Kind.EXITED);
    assertThat(end().process().signal()).contains(Signal.KILL);
  }

  /** Here Slurm measures memory and kills; only where it uses cgroups it says why. */
  @Test
  void lackOfMemoryWithoutCgroupsIsDeathByKill() {
    WorkerStatus ignored =
        start("x=$(head -c 200000000 /dev/zero | tr '\\0' x); sleep 60; echo survived");

    assertThat(end().kind()).isEqualTo(Kind.EXITED);
    assertThat(end().process().signal()).contains(Signal.KILL);
    assertThat(output()).isEmpty();
  }

  @Test
  void workerThatWaitsTooLongIsGivenUp() {
    WorkerSpec spec =
        new WorkerSpec(
            KEY,
            "token-1",
            List.of("/bin/true"),
            Map.of(SlurmSettings.OPTIONS, "--mem=900000"),
            Map.of(),
            Path.of("/"),
            GRACE,
            Optional.of(Duration.ofSeconds(1)));
    assertThat(start(spec).phase()).isEqualTo(Phase.STARTING);

    assertThat(end().kind()).isEqualTo(Kind.START_FAILED);
    assertThat(end().process().reason()).isEqualTo("was not given a place in time");
  }

  @Test
  void missingDirectoryIsFailedStart() {
    WorkerSpec spec =
        new WorkerSpec(
            KEY,
            "token-1",
            List.of("/bin/pwd"),
            Map.of(),
            Map.of(),
            Path.of("/nonexistent"),
            GRACE,
            Optional.empty());
    WorkerStatus ignored = start(spec);

    assertThat(end().kind()).isEqualTo(Kind.START_FAILED);
    assertThat(end().process().reason()).contains("working directory");
  }

  @Test
  void submissionWithUnknownOutcomeRunsOnce() {
    WorkerSpec spec = SlurmCluster.spec(KEY, "token-1", "/bin/echo", "once");
    Run run = store.create(spec);
    submit(run, spec);
    submit(run, spec);

    assertThat(engine.start(spec).outcome()).isEqualTo(Outcome.ALREADY_ACCEPTED);

    await(
        () ->
            new JobQueue(settings)
                .jobs(Optional.empty()).stream()
                    .filter(it -> it.name().equals(run.name()))
                    .noneMatch(it -> it.job().isLiving()));
    assertThat(output()).isEqualTo("once\n");
    assertThat(end().process().exitCode()).hasValue(0);
  }

  private void submit(Run run, WorkerSpec spec) {
    try {
      PrivateFiles.write(run.file("script"), JobScript.of(spec, run.path(), true));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    String mark = JobQueue.mark(run.name(), run.directoryName());
    long job =
        new JobQueue(settings).submit(run.name(), run.path(), run.file("script"), Map.of(), mark);
    assertThat(job).isPositive();
  }

  @Test
  void jobOfStarterThatDiedWaitsAndIsTakenBack() {
    WorkerStatus first = start("echo ready; exec sleep 99");
    WorkerSpec second = SlurmCluster.spec(KEY, "token-2", "/bin/echo", "second");
    submit(store.create(second), second);
    awaitOutput("ready");
    assertThat(status().incarnation()).isEqualTo(first.incarnation());
    assertThat(engine.list()).hasSize(1);

    StartReply reply = engine.start(second);

    assertThat(reply.outcome()).isEqualTo(Outcome.TAKEN);
    assertThat(reply.status().incarnation()).isEqualTo(first.incarnation());
    assertThat(new JobQueue(settings).jobs(Optional.of(store.name(KEY))))
        .filteredOn(it -> it.job().isLiving())
        .hasSize(1);
  }

  @Test
  void jobsThatLookLikeWorkersAreNone() {
    WorkerStatus started = start("exec sleep 99");
    String mark = JobQueue.mark(store.name(KEY), "0f");
    String forged = "x\n9|RUNNING|None|0|1|2|n1|" + mark + "|\n";
    for (String comment : List.of(forged, mark + "\n", "luhproc:1:other:0f")) {
      assertThat(
              CLUSTER.run(
                  "sbatch",
                  "--parsable",
                  "--comment=" + comment,
                  "--job-name=" + forged,
                  "--wrap=:"))
          .isNotBlank();
    }

    assertThat(engine.list())
        .extracting(WorkerStatus::incarnation)
        .containsExactly(started.incarnation());
  }

  @Test
  void unknownPartitionIsRefused() {
    SlurmEngine other = new SlurmEngine(CLUSTER.settings("nope", "app", runs));

    assertThatThrownBy(() -> other.start(SlurmCluster.spec(KEY, "token-1", "/bin/true")))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("invalid partition specified: nope");
    assertThat(other.check()).hasSize(1);
  }

  @Test
  void partitionThatIsDownIsProblem() {
    SlurmEngine other = new SlurmEngine(CLUSTER.settings("closed", "app", runs));

    assertThat(other.check())
        .extracting(EngineProblem::problem)
        .containsExactly("partition closed is not up: jobs wait in it");
  }

  @Test
  void jobThatIsTooLargeForClusterIsProblem() {
    Map<String, String> environment = CLUSTER.environment();
    environment.put(SlurmSettings.OPTIONS, "--mem=9999999");

    List<EngineProblem> problems =
        new SlurmEngine(new SlurmSettings("", "app", runs, environment, GRACE)).check();

    assertThat(problems)
        .singleElement()
        .satisfies(it -> assertThat(it.problem()).contains("Slurm refuses jobs"));
  }

  @Test
  void workingSetupHasNoProblems() {
    assertThat(engine.check()).isEmpty();
    assertThat(new SlurmEngine(CLUSTER.settings("batch", "app", runs)).check()).isEmpty();
  }
}
