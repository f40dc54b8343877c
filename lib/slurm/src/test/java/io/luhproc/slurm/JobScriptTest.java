package io.luhproc.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs scripts by shells of this machine, without Slurm. */
@ParameterizedClass
@ValueSource(strings = {"/bin/sh", "/bin/bash --posix"})
final class JobScriptTest {
  private static final Duration GRACE = Duration.ofSeconds(60);
  // Of several signals that wait, a shell handles the one with the lowest number first.
  private static final String COUNT_TERM =
      "trap 'echo TERM' TERM; trap 'exit 3' XCPU; echo ready; while :; do sleep 0.05; done";

  @Parameter String shell;
  @TempDir Path run;
  @TempDir Path directory;
  private final List<Process> scripts = new ArrayList<>();

  @AfterEach
  void killScripts() {
    for (Process script : scripts) {
      script.descendants().forEach(ProcessHandle::destroyForcibly);
      Process ignored = script.destroyForcibly();
    }
  }

  private WorkerSpec spec(Path folder, Duration grace, String... command) {
    return new WorkerSpec(
        new WorkerKey(Optional.empty(), "INDEXER", "main"),
        "token-1",
        List.of(command),
        Map.of(),
        Map.of(),
        folder,
        grace,
        Optional.empty());
  }

  private Process launch(String text, Map<String, String> variables) throws IOException {
    Path script = Files.writeString(run.resolve("script"), text);
    ProcessBuilder builder = new ProcessBuilder((shell + " " + script).split(" "));
    builder.environment().clear();
    builder.environment().putAll(variables);
    builder.environment().put("SLURM_JOB_ID", "17");
    builder.environment().put("SLURMD_NODENAME", "n1");
    File log = run.resolve("job.log").toFile();
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    scripts.add(process);
    return process;
  }

  private Process launch(String... command) throws IOException {
    return launch(JobScript.of(spec(directory, GRACE, command), run, false), Map.of());
  }

  private Process launch(boolean signalsDescendants, Duration grace, String script)
      throws IOException {
    WorkerSpec spec = spec(directory, grace, "/bin/sh", "-c", script);
    Process process = launch(JobScript.of(spec, run, signalsDescendants), Map.of());
    await(() -> text("out.log").contains("ready"));
    return process;
  }

  private static void signal(ProcessHandle process, String signal) throws Exception {
    String pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();
  }

  private String text(String file) {
    return PrivateFiles.read(run.resolve(file)).orElse("");
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    try {
      while (!condition.holds()) {
        assertThat(System.nanoTime()).isLessThan(end);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void argumentsArriveAsTheyAre() throws Exception {
    List<String> arguments =
        List.of(
            "",
            " ",
            "it's \"quoted\" \\ $HOME `id` $(id) !!",
            "line\nline\r\n#SBATCH --array=1-9\r",
            "🚀 \u00e4 \u0001\u001b\u007f",
            "@COMMAND@ @RUN@ %s \\1",
            "-e",
            "'");
    List<String> command = new ArrayList<>(List.of("/usr/bin/printf", "[%s]\\0"));
    command.addAll(arguments);

    assertThat(launch(command.toArray(new String[0])).waitFor()).isZero();

    String expected = String.join("", arguments.stream().map(it -> "[" + it + "]\0").toList());
    assertThat(text("out.log")).isEqualTo(expected);
  }

  @Test
  void sbatchFindsNeitherCarriageReturnsNorOptionsOfItsOwnInScript() {
    String text = JobScript.of(spec(directory, GRACE, "a", "x\r\n#SBATCH -n9\n"), run, true);

    assertThat(text).doesNotContain("\r");
    // sbatch reads options up to the first line that is neither a comment nor blank.
    assertThat(text.lines().skip(2).findFirst()).hasValue("lp_cr=$(printf '\\r')");
  }

  @Test
  void argumentWithNulIsRefused() {
    WorkerSpec spec = spec(directory, GRACE, "a\0b");

    assertThatThrownBy(() -> JobScript.of(spec, run, true))
        .isInstanceOf(EngineRefusedException.class)
        .hasMessageContaining("NUL");
  }

  @Test
  void variablesArriveAsTheyAre() throws Exception {
    Map<String, String> variables =
        Map.of(
            "code", "1", "worker", "2", "run", "3", "grace", "a\nb 'c'", "IFS", "x", "EMPTY", "");
    WorkerSpec spec =
        spec(
            directory,
            GRACE,
            "/bin/sh",
            "-c",
            "printf '%s|' \"$code\" \"$worker\" \"$run\" \"$grace\" \"${EMPTY-unset}\"");

    assertThat(launch(JobScript.of(spec, run, true), variables).waitFor()).isZero();

    assertThat(text("out.log")).isEqualTo("1|2|3|a\nb 'c'||");
  }

  @Test
  void streamsAndExitCodeAreRecorded() throws Exception {
    Process script = launch("/bin/sh", "-c", "pwd; echo problem >&2; exit 7");

    assertThat(script.waitFor()).isEqualTo(7);

    assertThat(text("out.log")).isEqualTo(directory.toRealPath() + "\n");
    assertThat(text("err.log")).isEqualTo("problem\n");
    assertThat(text("end")).isEqualTo("exit 7\n");
    assertThat(text("started")).isEqualTo("17 n1\n");
  }

  @Test
  void deathBySignalIsRecorded() throws Exception {
    assertThat(launch("/bin/sh", "-c", "kill -KILL $$").waitFor()).isEqualTo(137);

    assertThat(text("end")).isEqualTo("exit 137\n");
  }

  @Test
  void missingProgramIsRecorded() throws Exception {
    assertThat(launch("/nonexistent/program", "x").waitFor()).isEqualTo(127);

    assertThat(text("end")).isEqualTo("failed the program cannot be run on this node\n");
  }

  @Test
  void missingDirectoryIsRecorded() throws Exception {
    WorkerSpec spec = spec(Path.of("/nonexistent"), GRACE, "/bin/true");

    assertThat(launch(JobScript.of(spec, run, true), Map.of()).waitFor()).isEqualTo(127);

    assertThat(text("end")).isEqualTo("failed the working directory cannot be used on this node\n");
  }

  @Test
  void secondJobOfRunDoesNotStartWorkerAgain() throws Exception {
    assertThat(launch("/bin/echo", "once").waitFor()).isZero();
    String started = text("started");

    assertThat(launch("/bin/echo", "twice").waitFor()).isZero();

    assertThat(text("out.log")).isEqualTo("once\n");
    assertThat(text("started")).isEqualTo(started);
    assertThat(text("end")).isEqualTo("exit 0\n");
  }

  @Test
  void workerDoesNotStartAfterStopRequest() throws Exception {
    PrivateFiles.write(run.resolve("stop"), "5\n");

    assertThat(launch("/bin/echo", "started").waitFor()).isZero();

    assertThat(text("out.log")).isEmpty();
    assertThat(text("end")).isEqualTo("stopped\n");
  }

  /** Signals the script and returns when it has passed the signal on, or not. */
  private void signalAndAwait(Process script, String signal) throws Exception {
    boolean ignored = Files.deleteIfExists(run.resolve("signalled"));
    signal(script.toHandle(), signal);
    await(() -> Files.exists(run.resolve("signalled")));
  }

  @Test
  void repeatedStopRequestsReachWorkerOnce() throws Exception {
    Process script = launch(false, GRACE, COUNT_TERM);

    signalAndAwait(script, "USR2");
    await(() -> text("out.log").contains("TERM"));
    signalAndAwait(script, "USR2");
    signalAndAwait(script, "TERM");
    await(() -> script.descendants().count() >= 5);
    List<ProcessHandle> killers = script.descendants().toList();
    signal(workerOf(script), "XCPU");

    assertThat(script.waitFor()).isEqualTo(3);
    assertThat(text("out.log")).isEqualTo("ready\nTERM\n");
    assertThat(text("end")).isEqualTo("exit 3\n");
    await(() -> killers.stream().noneMatch(ProcessHandle::isAlive));
  }

  private static ProcessHandle workerOf(Process script) {
    return script
        .children()
        .filter(it -> it.info().arguments().orElse(new String[0]).length == 2)
        .filter(it -> it.info().arguments().orElseThrow()[1].equals(COUNT_TERM))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void cancelBySlurmIsPassedOnWhereSlurmSignalsScriptOnly() throws Exception {
    Process script =
        launch(false, GRACE, "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done");

    signal(script.toHandle(), "TERM");

    assertThat(script.waitFor()).isEqualTo(5);
    assertThat(text("end")).isEqualTo("exit 5\n");
  }

  @Test
  void cancelBySlurmIsNotPassedOnWhereSlurmSignalsWorkerToo() throws Exception {
    Process script = launch(true, GRACE, COUNT_TERM);

    signalAndAwait(script, "TERM");
    signal(workerOf(script), "XCPU");

    assertThat(script.waitFor()).isEqualTo(3);
    assertThat(text("out.log")).isEqualTo("ready\n");
  }

  @Test
  void workerIsKilledAfterGracePeriodOfRequest() throws Exception {
    Process script = launch(false, GRACE, "trap '' TERM; echo ready; while :; do sleep 0.05; done");

    PrivateFiles.write(run.resolve("stop"), "0\n");
    signal(script.toHandle(), "USR2");

    assertThat(script.waitFor()).isEqualTo(137);
    assertThat(text("end")).isEqualTo("exit 137\n");
  }

  @Test
  void workerIsKilledAfterItsOwnGracePeriodIfRequestNamesNone() throws Exception {
    Process script =
        launch(
            false, Duration.ofMillis(1), "trap '' TERM; echo ready; while :; do sleep 0.05; done");

    signal(script.toHandle(), "USR2");

    assertThat(script.waitFor()).isEqualTo(137);
  }

  @Test
  void graceIsRoundedUpAndLimited() {
    assertThat(JobScript.seconds(Duration.ZERO)).isEqualTo("0");
    assertThat(JobScript.seconds(Duration.ofMillis(1001))).isEqualTo("2");
    assertThat(JobScript.seconds(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo("315360000");
  }
}
