package io.luhproc.spawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.process.SpawnException;
import io.luhproc.process.SpawnFailure;
import io.luhproc.procfs.ProcessInfoReader;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests settings that apply before the command is executed, and the report of their failures. */
@Tag("process")
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource(SpawnerKind.class)
class PreExecSettingsTest {
  private static final String ODD =
      "a 'b' \"c\" $(touch injected) `touch injected` ; touch injected \\n\n$HOME *";

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
  void allSettingsApplyAndPidIsKept() throws Exception {
    Path procs = folder.resolve("cgroup.procs");
    PreExecSettings setup =
        settings().joinCgroup(procs).withMaxOpenFiles(123).withNice(7).withUmask(027);
    String script =
        "umask; ulimit -n; ulimit -Hn; cut -d' ' -f19 /proc/$$/stat; echo $$; ls /proc/$$/fd";
    ChildProcess process = launch(setup, "sh", "-c", script);
    assertThat(process.waitFor()).isZero();
    assertThat(out()).isEqualTo("0027\n123\n123\n7\n" + process.pid() + "\n0\n1\n2\n");
    assertThat(procs).hasContent("0\n");
    assertThat(setup.readFailure()).isEmpty();
    assertThat(Files.readString(folder.resolve("err"))).isEmpty();
  }

  @Test
  void setupIsInProgressUntilCommandIsExecuted() throws Exception {
    Path procs = folder.resolve("cgroup.procs");
    assertThat(new ProcessBuilder("mkfifo", procs.toString()).start().waitFor()).isZero();
    ChildProcess child = launch(settings().joinCgroup(procs), "sleep", "600");
    // The shell blocks until the pipe is read.
    assertThat(isSetupInProgress(child)).isTrue();
    assertThat(procs).hasContent("0\n");
    Eventually.holds(() -> "the command is executed", () -> !isSetupInProgress(child));
    child.kill();
    assertThat(child.waitFor()).isEqualTo(137);
  }

  private static boolean isSetupInProgress(ChildProcess child) {
    return PreExecSettings.isInProgress(
        ProcessInfoReader.system().read(child.pid()).orElseThrow().commandLine());
  }

  @Test
  void childJoinsRealCgroup() throws Exception {
    Path group = Path.of("/sys/fs/cgroup/pids/luhproc-test-" + ProcessHandle.current().pid());
    assumeThat(Files.isWritable(Path.of("/sys/fs/cgroup/pids/cgroup.procs"))).isTrue();
    Files.createDirectory(group);
    try {
      ChildProcess process =
          launch(settings().joinCgroup(group.resolve("cgroup.procs")), "cat", "/proc/self/cgroup");
      assertThat(process.waitFor()).isZero();
      assertThat(out()).containsPattern("(?m)^\\d+:pids:/" + group.getFileName() + "$");
    } finally {
      Files.delete(group);
    }
  }

  @Test
  void shellMetacharactersInArgumentsAreNotInterpreted() throws Exception {
    Path odd = Files.createDirectory(folder.resolve("x " + ODD.replace("/", "")));
    PreExecSettings setup =
        PreExecSettings.withReportFile(odd.resolve("report")).joinCgroup(odd.resolve("procs"));
    assertThat(launch(setup, "printf", "%s|", ODD, "", "-n", "run", "user").waitFor()).isZero();
    assertThat(out()).isEqualTo(ODD + "||-n|run|user|");
    assertThat(folder.resolve("injected")).doesNotExist();
    assertThat(odd.resolve("procs")).hasContent("0\n");
  }

  @Test
  void environmentPassesExceptNamesInvalidInShell() throws Exception {
    Map<String, String> environment = new HashMap<>(Map.of("A", ODD, "setup", "1", "PATH", "/bin"));
    environment.put("a.b", "lost");
    LaunchRequest request = request(environment, List.of("env", "-0"));
    assertThat(launcher.launch(request.with(settings().withUmask(022))).waitFor()).isZero();
    TreeSet<String> passed = new TreeSet<>(List.of(out().split("\0")));
    passed.removeIf(it -> it.matches("(?s)(PWD|OLDPWD|SHLVL|_|a\\.b)=.*"));
    assertThat(passed).containsExactlyInAnyOrder("A=" + ODD, "setup=1", "PATH=/bin");
  }

  @Test
  void missingCgroupIsReportedAndCommandDoesNotRun() throws Exception {
    PreExecSettings setup = settings().joinCgroup(Path.of("/no/such/cgroup.procs"));
    assertThat(launch(setup, "touch", "ran").waitFor()).isEqualTo(126);
    assertThat(setup.readFailure().orElseThrow())
        .startsWith("cannot join the cgroup of /no/such/cgroup.procs (")
        .contains("/no/such/cgroup.procs");
    assertThat(folder.resolve("ran")).doesNotExist();
    assertThat(folder.resolve("err"))
        .hasContent("luhproc: cannot join the cgroup of /no/such/cgroup.procs\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(setup.reportFile())))
        .isEqualTo("rw-------");
  }

  @Test
  void openFilesLimitAboveHardLimitIsReported() throws Exception {
    PreExecSettings setup = settings().withMaxOpenFiles(Long.MAX_VALUE / 2);
    assertThat(launch(setup, "touch", "ran").waitFor()).isEqualTo(126);
    assertThat(setup.readFailure().orElseThrow())
        .startsWith("cannot set the limit of open files to ");
    assertThat(folder.resolve("ran")).doesNotExist();
  }

  @Test
  void commandExitCode126IsNotReportedAsSetupFailure() throws Exception {
    PreExecSettings setup = settings().withUmask(0);
    assertThat(launch(setup, "sh", "-c", "echo 'failed: x' >&2; exit 126").waitFor())
        .isEqualTo(126);
    assertThat(setup.readFailure()).isEmpty();
  }

  @Test
  @Timeout(20)
  void readFailureDoesNotBlockWhenReportIsPipe() throws Exception {
    PreExecSettings setup = settings().withUmask(0);
    String swap = "rm \"$1\" && mkfifo \"$1\"";
    assertThat(launch(setup, "sh", "-c", swap, "sh", setup.reportFile().toString()).waitFor())
        .isZero();
    assertThat(setup.readFailure()).isEmpty();
  }

  @Test
  void earlierFailureIsClearedByNextLaunch() throws Exception {
    PreExecSettings setup = settings().joinCgroup(folder.resolve("late/procs"));
    assertThat(launch(setup, "true").waitFor()).isEqualTo(126);
    assertThat(setup.readFailure()).isPresent();
    Files.createDirectory(folder.resolve("late"));
    assertThat(launch(setup, "true").waitFor()).isZero();
    assertThat(setup.readFailure()).isEmpty();
  }

  @Test
  void commandRunsAsUserWithItsGroups() throws Exception {
    assumeThat(SpawnFailureTest.isRoot()).isTrue();
    ChildProcess process =
        launch(
            settingsForUser("nobody").withUmask(022), "sh", "-c", "id -u; id -g; id -G; echo $$");
    assertThat(process.waitFor()).isZero();
    assertThat(out()).isEqualTo("65534\n65534\n65534\n" + process.pid() + "\n");
    Files.delete(folder.resolve("out"));
    assertThat(
            launch(settingsForUser("64986", "daemon"), "sh", "-c", "id -u; id -g; id -G").waitFor())
        .isZero();
    assertThat(out()).isEqualTo("64986\n1\n1\n");
  }

  @Test
  void programNotExecutableByUserIsReported() throws Exception {
    assumeThat(SpawnFailureTest.isRoot()).isTrue();
    Path program = Files.copy(Path.of("/bin/true"), folder.resolve("program"));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    PreExecSettings setup = settingsForUser("nobody");
    assertThat(launch(setup, program.toString()).waitFor()).isEqualTo(126);
    assertThat(setup.readFailure())
        .contains("cannot run as user nobody (no permission to execute " + program + ")");
  }

  @Test
  void launchFailsForUnknownUserOrGroup() {
    assertBadUser(settingsForUser("no-such-user"), "user no-such-user does not exist");
    assertBadUser(settingsForUser("$(id)"), "user $(id) does not exist");
    assertBadUser(settingsForUser("--help"), "user --help does not exist");
    assertBadUser(settingsForUser("4294967295"), "user 4294967295 does not exist");
    assertBadUser(settingsForUser("root", "no-such-group"), "group no-such-group does not exist");
    assertBadUser(settingsForUser("64986"), "no passwd entry and so no group; give a group");
  }

  @Test
  void launchFailsWhenLoaderVariableIsSetWithUser() {
    assumeThat(SpawnFailureTest.isRoot()).isTrue();
    for (String name : List.of("LD_PRELOAD", "LD_AUDIT", "BASH_ENV", "ENV", "GCONV_PATH")) {
      LaunchRequest request =
          request(Map.of(name, "secret"), List.of("true")).with(settingsForUser("nobody"));
      assertThatThrownBy(() -> launcher.launch(request))
          .isInstanceOf(SpawnException.class)
          .hasMessageContaining("variable " + name + " must not be set together with user nobody")
          .hasMessageNotContaining("secret");
    }
    launcher.check(
        request(Map.of("ENVIRONMENT", "x"), List.of("true")).with(settingsForUser("nobody")));
  }

  @Test
  void userChangeFailsWithoutRoot() throws Exception {
    assumeThat(SpawnFailureTest.isRoot()).isTrue();
    Path open = Files.createDirectory(folder.resolve("open"));
    for (Path path : List.of(folder, open)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    assertThat(launchAsUserNobody(open, "root"))
        .contains(
            "refused BAD_USER false cannot run as user root: only root can, and this JVM runs as"
                + " user 65534");
    assertThat(launchAsUserNobody(open, "nobody")).endsWith("ready\nexit 0\n");
  }

  private String launchAsUserNobody(Path open, String user) throws Exception {
    try (JavaProcess child =
        JavaProcess.of(LaunchesOnce.class, open, "user", user)
            .wrappedBy("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
            .start(folder)) {
      child.writeLine("go");
      assertThat(child.awaitExit()).as(child::toString).isZero();
      return child.out();
    }
  }

  @Test
  void missingToolIsNamedInFailure() {
    LaunchRequest request = request(Map.of(), List.of("/bin/true")).with(settings().withNice(1));
    SpawnException refused =
        catchThrowableOfType(
            SpawnException.class, () -> Launcher.withSearchPath("/nowhere").check(request));
    assertThat(refused.failure()).isEqualTo(SpawnFailure.MISSING_TOOL);
    assertThat(refused)
        .hasMessageStartingWith("cannot set the nice value: renice(1) is not in any directory of ");
  }

  @Test
  void settingsRejectValuesOutOfRange() {
    assertThatThrownBy(() -> settings().withNice(20))
        .hasMessage("nice (20) must be from -20 to 19");
    assertThatThrownBy(() -> settings().withNice(-21)).hasMessageContaining("(-21)");
    assertThatThrownBy(() -> settings().withUmask(01000))
        .hasMessage("umask (01000) must be from 0 to 0777");
    assertThatThrownBy(() -> settings().withUmask(-1)).hasMessageContaining("must be from 0");
    assertThatThrownBy(() -> settings().withMaxOpenFiles(0))
        .hasMessage("maxOpenFiles (0) must be positive");
    assertThatThrownBy(() -> settingsForUser(" ")).hasMessage("user ( ) must not be blank");
    assertThatThrownBy(() -> settingsForUser("x", "")).hasMessage("group () must not be blank");
    assertThatThrownBy(() -> settings().joinCgroup(Path.of("x"))).hasMessageContaining("absolute");
    assertThatThrownBy(() -> PreExecSettings.withReportFile(Path.of("x")))
        .hasMessageContaining("absolute");
    assertThatThrownBy(() -> settings().runAs(Optional.empty(), Optional.of("x")))
        .hasMessage("group (x) must come with a user");
  }

  private void assertBadUser(PreExecSettings setup, String cause) {
    LaunchRequest request = request(Map.of(), List.of("true")).with(setup);
    SpawnException refused =
        catchThrowableOfType(SpawnException.class, () -> launcher.launch(request));
    assertThat(refused).hasMessageContaining(cause);
    assertThat(refused.failure()).isEqualTo(SpawnFailure.BAD_USER);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private PreExecSettings settingsForUser(String user) {
    return settings().runAs(Optional.of(user), Optional.empty());
  }

  private PreExecSettings settingsForUser(String user, String group) {
    return settings().runAs(Optional.of(user), Optional.of(group));
  }

  private PreExecSettings settings() {
    return PreExecSettings.withReportFile(folder.resolve("report"));
  }

  private ChildProcess launch(PreExecSettings setup, String... argv) {
    return launcher.launch(request(Map.of(), List.of(argv)).with(setup));
  }

  private LaunchRequest request(Map<String, String> environment, List<String> argv) {
    return new LaunchRequest(
        argv, environment, folder, folder.resolve("out"), folder.resolve("err"));
  }

  private String out() throws IOException {
    return Files.readString(folder.resolve("out"));
  }
}
