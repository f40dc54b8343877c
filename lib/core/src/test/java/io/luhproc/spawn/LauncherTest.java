package io.luhproc.spawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luhproc.process.OutputMode;
import io.luhproc.process.SpawnException;
import io.luhproc.process.SpawnFailure;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.NamedPipes;
import io.luhproc.time.Threads;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests output, inheritance and exit status of children, and the checks before a launch. */
@Tag("process")
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource(SpawnerKind.class)
class LauncherTest {
  @Parameter private SpawnerKind kind;
  private Launcher launcher;

  @TempDir Path folder;

  @BeforeEach
  void makeLauncher() {
    launcher = kind.launcher("/usr/bin:/bin");
  }

  @AfterEach
  void closeLauncher() {
    launcher.close();
  }

  @Test
  void stdoutAndStderrGoToTheirFilesAndStdinIsEmpty() throws Exception {
    run(request(ShellCommand.argv("cat; echo out; echo err >&2")));
    assertThat(folder.resolve("out")).hasContent("out\n");
    assertThat(folder.resolve("err")).hasContent("err\n");
  }

  @Test
  void mergedOutputKeepsOrder() throws Exception {
    run(request(ShellCommand.argv("echo 1; echo 2 >&2; echo 3")).with(OutputMode.MERGED));
    run(request(ShellCommand.argv("echo 4 >&2")).with(OutputMode.MERGED));
    assertThat(folder.resolve("out")).hasContent("1\n2\n3\n4\n");
    assertThat(folder.resolve("err")).doesNotExist();
  }

  @Test
  void inheritedOutputGoesToOutputOfJvm() throws Exception {
    try (JavaProcess child = JavaProcess.of(LaunchesOnce.class, folder, "terminal").start(folder)) {
      child.writeLine("go");
      assertThat(child.awaitExit()).isZero();
      assertThat(child.out()).endsWith("ready\nout\nexit 0\n");
      assertThat(child.err()).endsWith("err\n");
    }
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void childLeadsItsOwnSession() throws Exception {
    run(request(ShellCommand.argv("cut -d' ' -f6 /proc/$$/stat; echo $$")));
    List<String> lines = Files.readAllLines(folder.resolve("out"));
    assertThat(lines.get(0)).isEqualTo(lines.get(1));
  }

  @Test
  void childInheritsNoDescriptorOrVariable() throws Exception {
    try (ServerSocket leak = new ServerSocket(0)) {
      run(request(ShellCommand.argv("ls /proc/$$/fd; pwd; env")));
      assertThat(leak.isClosed()).isFalse();
    }
    assertThat(folder.resolve("out")).hasContent("0\n1\n2\n" + folder + "\nPWD=" + folder + "\n");
  }

  /**
   * Not with a shell, which blocks signals while it waits for a child. The threads of HotSpot block
   * SIGQUIT (mask 4), and children of the JDK inherit that.
   */
  @Test
  void childStartsWithNoBlockedSignals() throws Exception {
    run(request(List.of("cat", "/proc/self/status")));
    assertThat(Files.readString(folder.resolve("out")))
        .containsPattern(kind == SpawnerKind.JDK ? "SigBlk:\\s+0+[04]\n" : "SigBlk:\\s+0+\n");
  }

  @Test
  void argumentsAndVariablesArePassedUnchanged() throws Exception {
    List<String> argv = List.of("printf", "%s|", "", " a  b ", "\"'$HOME`*\\", "1\n2", "-n");
    run(request(argv));
    assertThat(folder.resolve("out")).hasContent("| a  b |\"'$HOME`*\\|1\n2|-n|");
    Files.delete(folder.resolve("out"));
    run(request(List.of("env"), Map.of("ONE", "=x= y", "TWO", "")));
    assertThat(Files.readAllLines(folder.resolve("out")))
        .containsExactlyInAnyOrder("ONE==x= y", "TWO=");
  }

  @Test
  void exitStatusOfKilledChildIs128PlusSignal() throws Exception {
    assertThat(launcher.launch(request(ShellCommand.argv("kill -9 $$"))).waitFor()).isEqualTo(137);
  }

  @Test
  void exitListenersAreNotifiedBeforeAndAfterExit() throws Exception {
    ChildProcess child = launcher.launch(request(List.of("sleep", "600")));
    assertThat(child.waitFor(Duration.ofMillis(10))).isEmpty();
    BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();
    child.onExit(Threads.threadPerTask("exit-listener"), statuses::add);
    child.kill();
    assertThat(statuses.poll(10, TimeUnit.SECONDS)).isEqualTo(137);
    assertThat(child.waitFor(Duration.ZERO)).hasValue(137);
    child.onExit(Threads.threadPerTask("exit-listener"), statuses::add);
    assertThat(statuses.poll(10, TimeUnit.SECONDS)).isEqualTo(137);
    child.kill();
  }

  @Test
  void shellExitsWith127WhenCommandIsNotFound() throws Exception {
    assertThat(launcher.launch(request(ShellCommand.argv("no-such-thing"))).waitFor())
        .isEqualTo(127);
    assertThatThrownBy(() -> ShellCommand.argv(" \n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not be blank");
  }

  @Test
  void launchFailsWithReasonWhenProgramIsInvalid() throws IOException {
    Files.writeString(folder.resolve("text"), "echo\n");
    assertRefused("./text", folder + "/./text is not executable; chmod +x it");
    assertRefused("./none", folder + "/./none does not exist");
    assertRefused(folder.toString(), folder + " is a directory, not a program");
    Path pipe = NamedPipes.create(folder.resolve("pipe"));
    assertThat(pipe.toFile().setExecutable(true)).isTrue();
    assertRefused("./pipe", folder + "/./pipe is a pipe, socket or device, not a program");
    assertRefused("no-such", "no-such is not in any directory of PATH");
    assertRefused("", "cannot start the command: its name is empty");
    assertRefused("--fork", "the tools that start it take '-' for an option");
    assertRefused("text", folder + "/text is not executable", Map.of("PATH", "/bin::/usr/bin"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'#!/no/such/perl -w' | the interpreter /no/such/perl, which is not an executable file",
        "'#! /bin' | names the interpreter /bin, which is not an executable file"
      })
  void launchFailsWhenInterpreterIsMissing(String line, String cause) throws IOException {
    script(line + "\nexit 0\n");
    assertRefused("./script", cause);
  }

  @Test
  void launchFailsWhenShebangEndsInCarriageReturn() throws IOException {
    script("#!/bin/sh\r\nexit 0\r\n");
    assertRefused("./script", "the interpreter /bin/sh and ends in a carriage return");
  }

  @ParameterizedTest
  @ValueSource(strings = {"#!/bin/sh", "#!  /bin/sh -e", "# no interpreter", "", "#!"})
  void scriptIsStartedWithAndWithoutShebang(String line) throws Exception {
    script(line + "\nexit 0\n");
    run(request(List.of("./script")));
  }

  @Test
  void checkFailsWhenWorkingDirectoryIsInvalid() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertBadDirectory(folder.resolve("gone"), "does not exist");
    assertBadDirectory(file, "is not a directory");
  }

  private void assertBadDirectory(Path directory, String cause) {
    LaunchRequest request =
        new LaunchRequest(
            List.of("true"), Map.of(), directory, folder.resolve("out"), folder.resolve("err"));
    SpawnException refused =
        catchThrowableOfType(SpawnException.class, () -> launcher.check(request));
    assertThat(refused).hasMessage("the working directory " + directory + " " + cause);
    assertThat(refused.failure()).isEqualTo(SpawnFailure.BAD_DIRECTORY);
  }

  @Test
  void requestRejectsNulWithoutShowingValue() {
    assertThatThrownBy(() -> request(List.of("a", "b\0c"))).hasMessageContaining("NUL");
    assertThatThrownBy(() -> request(List.of())).hasMessageContaining("at least one");
    assertThatThrownBy(() -> request(List.of("true"), Map.of("A", "secret\0")))
        .hasMessage("value of variable A must not contain NUL");
    assertThatThrownBy(() -> request(List.of("true"), Map.of("A=B", "secret")))
        .hasMessageContaining("(A=B) must not be empty or contain '='");
  }

  private void script(String text) throws IOException {
    Path script = Files.writeString(folder.resolve("script"), text);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  private void assertRefused(String name, String cause) {
    assertRefused(name, cause, Map.of());
  }

  private void assertRefused(String name, String cause, Map<String, String> environment) {
    SpawnException refused =
        catchThrowableOfType(
            SpawnException.class, () -> launcher.launch(request(List.of(name), environment)));
    assertThat(refused).hasMessageContaining(cause);
    assertThat(refused.failure()).isEqualTo(SpawnFailure.BAD_PROGRAM);
    assertThat(refused.isRetriable()).isFalse();
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private void run(LaunchRequest request) throws Exception {
    assertThat(launcher.launch(request).waitFor()).isZero();
  }

  private LaunchRequest request(List<String> argv) {
    return request(argv, Map.of());
  }

  private LaunchRequest request(List<String> argv, Map<String, String> environment) {
    return new LaunchRequest(
        argv, environment, folder, folder.resolve("out"), folder.resolve("err"));
  }
}
