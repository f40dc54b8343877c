package io.luhproc.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.engine.EngineProblem;
import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands of Slurm that fail, hang, or are not there. */
final class CommandFailureTest {
  private static final WorkerKey KEY = new WorkerKey(Optional.empty(), "INDEXER", "main");
  private static final WorkerSpec SPEC = SlurmCluster.spec(KEY, "token-1", "/bin/true");

  @TempDir Path commands;
  @TempDir Path parent;
  private FakeSlurm slurm;
  private Path runs;

  @BeforeEach
  void createCommands() throws IOException {
    slurm = new FakeSlurm(commands);
    runs = parent.resolve("runs");
  }

  private SlurmEngine engine() {
    return new SlurmEngine(slurm.settings(runs));
  }

  private void sbatchFails(String message) throws IOException {
    slurm.command("sbatch", "echo '" + message + "' >&2; exit 1");
  }

  // Recorded from Slurm 22.05, except the last, which is of slurm_errno.c.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect"
            + " failure)",
        "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation",
        "sbatch: error: Batch job submission failed: Zero Bytes were transmitted or received",
        "sbatch: fatal: Could not establish a configuration source",
        "sbatch: error: Batch job submission failed: Protocol authentication error",
        "sbatch: error: Batch job submission failed: Slurm backup controller in standby mode"
      })
  void failureToReachControllerIsUnavailable(String message) throws IOException {
    sbatchFails(message);

    assertThatThrownBy(() -> engine().start(SPEC)).isInstanceOf(EngineUnavailableException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sbatch: error: Batch job submission failed: Invalid partition name specified",
        "sbatch: error: Batch job submission failed: Invalid account or account/partition"
            + " combination specified",
        "sbatch: error: Batch job submission failed: Requested node configuration is not available",
        "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy",
        "sbatch: unrecognized option"
      })
  void refusalOfJobIsRefusedAndLeavesNoWorker(String message) throws IOException {
    sbatchFails(message);

    assertThatThrownBy(() -> engine().start(SPEC))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("; see sinfo");
    assertThat(engine().list()).isEmpty();
    assertThat(engine().info(KEY)).isEmpty();
  }

  @Test
  void runsThatWereGivenUpAreRemovedLater() throws IOException {
    sbatchFails("Invalid partition name specified");
    SlurmSettings settings = slurm.settings(runs);
    RunStore store = new RunStore(settings, "fake");
    Run old = store.create(SPEC);
    Instant created = Instant.now().minus(Duration.ofHours(2));
    PrivateFiles.write(old.file(Run.RECORD), RunRecord.of(SPEC, created).format());
    WorkerSpec second = SlurmCluster.spec(KEY, "token-2", "/bin/true");

    assertThatThrownBy(() -> engine().start(second)).isInstanceOf(EngineRefusedException.class);

    assertThat(store.all()).extracting(it -> it.record().token()).containsExactly("token-2");
  }

  @Test
  void directoryThatCannotBeReadIsNoAnswer() throws IOException {
    RunStore store = new RunStore(slurm.settings(runs), "fake");
    Run run = store.create(SPEC);
    // Longer than any file system allows, as a stand-in for one that fails.
    SlurmSettings failing = slurm.settings(runs.resolve("x".repeat(300)));

    assertThatThrownBy(() -> new SlurmEngine(failing).list())
        .isInstanceOf(EngineUnavailableException.class);
    assertThat(run.path()).exists();
  }

  @Test
  void valueThatLocaleDoesNotHaveIsRefusedWithoutShowingIt() {
    WorkerSpec spec =
        new WorkerSpec(
            KEY,
            "token-1",
            SPEC.command(),
            Map.of("LUHPROC_ID", "🚀"),
            Map.of(),
            Path.of("/"),
            SPEC.grace(),
            Optional.empty());

    assertThatThrownBy(() -> SlurmEngine.requireEncodable(spec, StandardCharsets.US_ASCII))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("variable LUHPROC_ID")
        .hasMessageContaining("LC_ALL")
        .hasMessageNotContaining("🚀");
    SlurmEngine.requireEncodable(spec, StandardCharsets.UTF_8);
  }

  @Test
  void variableThatCannotBeIsRefused() {
    WorkerSpec spec =
        new WorkerSpec(
            KEY,
            "token-1",
            SPEC.command(),
            Map.of("A=B", "x"),
            Map.of(),
            Path.of("/"),
            SPEC.grace(),
            Optional.empty());

    assertThatThrownBy(() -> engine().start(spec)).isInstanceOf(EngineRefusedException.class);
  }

  @Test
  void commandThatIsTooLongIsRefused() {
    WorkerSpec spec =
        new WorkerSpec(
            KEY,
            "token-1",
            SPEC.command(),
            Map.of("A", "x".repeat(4 << 20)),
            Map.of(),
            Path.of("/"),
            SPEC.grace(),
            Optional.empty());

    assertThatThrownBy(() -> engine().start(spec))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("shorten");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Kill job error on job id 17: Invalid job id specified",
        "Kill job error on job id 17: Job can not be altered now, try again later",
        "Kill job error on job id 17: Job/step already completing or completed"
      })
  void jobThatChangedMeanwhileIsNoFailure(String message) throws IOException {
    slurm.command("scancel", "echo 'scancel: error: " + message + "' >&2; exit 1");

    new JobQueue(slurm.settings(runs)).signalScript(17);
  }

  @Test
  void otherFailureOfScancelIsNotSwallowed() throws IOException {
    slurm.command("scancel", "echo 'Access/permission denied' >&2; exit 1");

    assertThatThrownBy(() -> new JobQueue(slurm.settings(runs)).signalScript(17))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("cannot signal job 17: Access/permission denied; ");
  }

  @Test
  void valuesOfVariablesAreOnlyInEnvironmentOfSbatch() throws IOException {
    String seen = commands.resolve("seen").toString();
    slurm.command("sbatch", "{ printf '%s ' \"$@\"; cat; } >" + seen + "; env >>" + seen + ".env");
    WorkerSpec spec =
        new WorkerSpec(
            KEY,
            "token-1",
            SPEC.command(),
            Map.of("PASSWORD", "secret-1", "LUHPROC_ID", "main"),
            Map.of("TOKEN", "secret-2", "SLURM_JOB_ID", "5"),
            Path.of("/"),
            SPEC.grace(),
            Optional.empty());

    // sbatch says no number.
    assertThatThrownBy(() -> engine().start(spec)).isInstanceOf(EngineUnavailableException.class);

    assertThat(Files.readString(Path.of(seen))).contains("--export=ALL").doesNotContain("secret-");
    assertThat(Files.readAllLines(Path.of(seen + ".env")))
        .contains("PASSWORD=secret-1", "TOKEN=secret-2", "LUHPROC_ID=main")
        .noneMatch(it -> it.startsWith("SLURM_"));
    try (Stream<Path> files = Files.walk(runs)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).doesNotContain("secret-");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void commandThatHangsIsKilledInTime() throws IOException {
    slurm.command("scontrol", "exec sleep 600");
    SlurmEngine engine = new SlurmEngine(slurm.settings(runs, Duration.ofMillis(200)));

    assertThatThrownBy(engine::list)
        .isInstanceOf(EngineUnavailableException.class)
        .hasMessageContaining("no answer in time");
  }

  @Test
  void limitIsOneForAllCommandsOfCall() throws IOException {
    slurm.command("squeue", "exec sleep 600");
    SlurmEngine engine = new SlurmEngine(slurm.settings(runs, Duration.ofMillis(200)));

    assertThatThrownBy(() -> engine.start(SPEC)).isInstanceOf(EngineUnavailableException.class);
  }

  @Test
  void missingCommandIsRefusedWithRemedy() throws IOException {
    Files.delete(commands.resolve("squeue"));
    SlurmSettings settings =
        new SlurmSettings(
            "", "app", runs, Map.of("PATH", commands.toString()), Duration.ofSeconds(5));
    slurm.command("scontrol", "echo ClusterName = fake");

    assertThatThrownBy(() -> new SlurmEngine(settings).list())
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("cannot run squeue: it is not on PATH; ");
    assertThat(new SlurmEngine(settings).check())
        .extracting(EngineProblem::problem)
        .containsExactly("not on PATH: squeue");
  }

  @Test
  void variablesThatSelectJobsDoNotReachCommands() throws IOException {
    slurm.command("squeue", "env >" + commands.resolve("env"));
    Map<String, String> environment =
        Map.of(
            "PATH", commands + ":/usr/bin:/bin",
            "SQUEUE_PARTITION", "other",
            "SLURM_CLUSTERS", "all",
            "SBATCH_ACCOUNT", "a",
            "SLURM_CONF", "/conf",
            "SLURM_TIME_FORMAT", "relative");

    List<?> ignored =
        new SlurmEngine(new SlurmSettings("", "app", runs, environment, Duration.ofSeconds(20)))
            .list();

    assertThat(Files.readAllLines(commands.resolve("env")))
        .contains("SLURM_CONF=/conf", "SLURM_TIME_FORMAT=%s")
        .noneMatch(it -> it.startsWith("SQUEUE") || it.startsWith("SLURM_CL"));
  }

  @Test
  void directoryThatOthersMayUseIsRefused() throws IOException {
    Path open = Files.createDirectory(parent.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-x---"));
    SlurmEngine engine = new SlurmEngine(slurm.settings(open));

    assertThatThrownBy(() -> engine.start(SPEC))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("mode 700");
    assertThat(engine.check())
        .singleElement()
        .satisfies(it -> assertThat(it.remedy()).contains("LUHPROC_SLURM_DIR"));
  }

  @Test
  void directoryThatCannotBeCreatedIsProblem() throws IOException {
    Path file = Files.createFile(parent.resolve("file"));

    assertThat(new SlurmEngine(slurm.settings(file.resolve("runs"))).check()).hasSize(1);
  }

  @Test
  void messageIsOneBoundedLine() {
    CommandRunner.Output output =
        new CommandRunner.Output(1, "", "a\n\u001b[31mb\r\n" + "x".repeat(1000));

    assertThat(output.message()).startsWith("a; [31mb; x").hasSizeLessThan(510);
  }
}
