package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.NothingLeft;
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

/** What holds before a command's first instruction, and how one learns that it could not. */
@Tag("process")
@ExtendWith(NothingLeft.class)
@ParameterizedClass
@EnumSource(SpawnWay.class)
class LaunchSetupTest {
  private static final String ODD =
      "a 'b' \"c\" $(touch injected) `touch injected` ; touch injected \\n\n$HOME *";

  @Parameter private SpawnWay way;
  private Launcher launcher;

  @TempDir Path folder;

  @BeforeEach
  void makeLauncher() {
    launcher = way.launcher("/usr/bin:/bin");
  }

  @AfterEach
  void closeLauncher() {
    launcher.close();
  }

  @Test
  void allStepsHoldAndThePidStays() throws Exception {
    Path procs = folder.resolve("cgroup.procs");
    LaunchSetup setup = setup().joining(procs).openFiles(123).nice(7).umask(027);
    String script =
        "umask; ulimit -n; ulimit -Hn; cut -d' ' -f19 /proc/$$/stat; echo $$; ls /proc/$$/fd";
    Child process = launch(setup, "sh", "-c", script);
    assertThat(process.waitFor()).isZero();
    assertThat(out()).isEqualTo("0027\n123\n123\n7\n" + process.pid() + "\n0\n1\n2\n");
    assertThat(procs).hasContent("0\n");
    assertThat(setup.failure()).isEmpty();
    assertThat(Files.readString(folder.resolve("err"))).isEmpty();
  }

  @Test
  void whoIsStillBeingSetUpIsKnown() throws Exception {
    Path procs = folder.resolve("cgroup.procs");
    assertThat(new ProcessBuilder("mkfifo", procs.toString()).start().waitFor()).isZero();
    Child child = launch(setup().joining(procs), "sleep", "600");
    // Not yet, while nobody reads what it writes to the group.
    assertThat(isBeingSetUp(child)).isTrue();
    assertThat(procs).hasContent("0\n");
    Eventually.holds(() -> "it runs", () -> !isBeingSetUp(child));
    child.kill();
    assertThat(child.waitFor()).isEqualTo(137);
  }

  private static boolean isBeingSetUp(Child child) {
    return LaunchSetup.isUnderWay(ProcessInfo.of(child.pid()).orElseThrow().commandLine());
  }

  @Test
  void aRealCgroupIsJoined() throws Exception {
    Path group = Path.of("/sys/fs/cgroup/pids/luhproc-test-" + ProcessHandle.current().pid());
    assumeThat(Files.isWritable(Path.of("/sys/fs/cgroup/pids/cgroup.procs"))).isTrue();
    Files.createDirectory(group);
    try {
      Child process =
          launch(setup().joining(group.resolve("cgroup.procs")), "cat", "/proc/self/cgroup");
      assertThat(process.waitFor()).isZero();
      assertThat(ProcText.cgroups(out())).containsEntry("pids", "/" + group.getFileName());
    } finally {
      Files.delete(group);
    }
  }

  @Test
  void nothingIsReadAsShellAndArgumentsPassUnharmed() throws Exception {
    Path odd = Files.createDirectory(folder.resolve("x " + ODD.replace("/", "")));
    LaunchSetup setup =
        LaunchSetup.reportingTo(odd.resolve("report")).joining(odd.resolve("procs"));
    assertThat(launch(setup, "printf", "%s|", ODD, "", "-n", "run", "user").waitFor()).isZero();
    assertThat(out()).isEqualTo(ODD + "||-n|run|user|");
    assertThat(folder.resolve("injected")).doesNotExist();
    assertThat(odd.resolve("procs")).hasContent("0\n");
  }

  @Test
  void theEnvironmentPassesButForNamesThatAreNoShellNames() throws Exception {
    Map<String, String> environment = new HashMap<>(Map.of("A", ODD, "setup", "1", "PATH", "/bin"));
    environment.put("a.b", "lost");
    LaunchRequest request = request(environment, List.of("env", "-0"));
    assertThat(launcher.launch(request.with(setup().umask(022))).waitFor()).isZero();
    TreeSet<String> passed = new TreeSet<>(List.of(out().split("\0")));
    passed.removeIf(it -> it.matches("(?s)(PWD|OLDPWD|SHLVL|_|a\\.b)=.*"));
    assertThat(passed).containsExactlyInAnyOrder("A=" + ODD, "setup=1", "PATH=/bin");
  }

  @Test
  void aCgroupThatIsGoneIsToldAndTheCommandNeverRuns() throws Exception {
    LaunchSetup setup = setup().joining(Path.of("/no/such/cgroup.procs"));
    assertThat(launch(setup, "touch", "ran").waitFor()).isEqualTo(126);
    assertThat(setup.failure().orElseThrow())
        .startsWith("cannot join the cgroup of /no/such/cgroup.procs (")
        .contains("/no/such/cgroup.procs");
    assertThat(folder.resolve("ran")).doesNotExist();
    assertThat(folder.resolve("err"))
        .hasContent("luhproc: cannot join the cgroup of /no/such/cgroup.procs\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(setup.report())))
        .isEqualTo("rw-------");
  }

  @Test
  void aLimitAboveTheHardOneIsTold() throws Exception {
    LaunchSetup setup = setup().openFiles(Long.MAX_VALUE / 2);
    assertThat(launch(setup, "touch", "ran").waitFor()).isEqualTo(126);
    assertThat(setup.failure().orElseThrow()).startsWith("cannot set the limit of open files to ");
    assertThat(folder.resolve("ran")).doesNotExist();
  }

  @Test
  void anExitWith126OfTheCommandIsNoFailureOfTheSetup() throws Exception {
    LaunchSetup setup = setup().umask(0);
    assertThat(launch(setup, "sh", "-c", "echo 'failed: x' >&2; exit 126").waitFor())
        .isEqualTo(126);
    assertThat(setup.failure()).isEmpty();
  }

  @Test
  @Timeout(20)
  void aPipeThatTheCommandPutsInPlaceOfTheReportIsNotWaitedFor() throws Exception {
    LaunchSetup setup = setup().umask(0);
    String swap = "rm \"$1\" && mkfifo \"$1\"";
    assertThat(launch(setup, "sh", "-c", swap, "sh", setup.report().toString()).waitFor()).isZero();
    assertThat(setup.failure()).isEmpty();
  }

  @Test
  void theFailureOfAnEarlierLaunchIsForgotten() throws Exception {
    LaunchSetup setup = setup().joining(folder.resolve("late/procs"));
    assertThat(launch(setup, "true").waitFor()).isEqualTo(126);
    assertThat(setup.failure()).isPresent();
    Files.createDirectory(folder.resolve("late"));
    assertThat(launch(setup, "true").waitFor()).isZero();
    assertThat(setup.failure()).isEmpty();
  }

  @Test
  void anotherUserWithItsGroupsIsBecome() throws Exception {
    assumeThat(SpawnFaultTest.isRoot()).isTrue();
    Child process = launch(as("nobody").umask(022), "sh", "-c", "id -u; id -g; id -G; echo $$");
    assertThat(process.waitFor()).isZero();
    assertThat(out()).isEqualTo("65534\n65534\n65534\n" + process.pid() + "\n");
    Files.delete(folder.resolve("out"));
    assertThat(launch(as("64986", "daemon"), "sh", "-c", "id -u; id -g; id -G").waitFor()).isZero();
    assertThat(out()).isEqualTo("64986\n1\n1\n");
  }

  @Test
  void aProgramThatTheUserMayNotExecuteIsTold() throws Exception {
    assumeThat(SpawnFaultTest.isRoot()).isTrue();
    Path program = Files.copy(Path.of("/bin/true"), folder.resolve("program"));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    LaunchSetup setup = as("nobody");
    assertThat(launch(setup, program.toString()).waitFor()).isEqualTo(126);
    assertThat(setup.failure())
        .contains("cannot run as user nobody (it may not execute " + program + ")");
  }

  @Test
  void unknownUsersAndGroupsAreRefusedBeforeTheLaunch() {
    assertBadUser(as("no-such-user"), "user no-such-user does not exist");
    assertBadUser(as("$(id)"), "user $(id) does not exist");
    assertBadUser(as("--help"), "user --help does not exist");
    assertBadUser(as("4294967295"), "user 4294967295 does not exist");
    assertBadUser(as("root", "no-such-group"), "group no-such-group does not exist");
    assertBadUser(as("64986"), "so give a group as well");
  }

  @Test
  void variablesThatWouldActOnRootsStepsAreRefused() {
    assumeThat(SpawnFaultTest.isRoot()).isTrue();
    for (String name : List.of("LD_PRELOAD", "LD_AUDIT", "BASH_ENV", "ENV", "GCONV_PATH")) {
      LaunchRequest request = request(Map.of(name, "secret"), List.of("true")).with(as("nobody"));
      assertThatThrownBy(() -> launcher.launch(request))
          .isInstanceOf(SpawnException.class)
          .hasMessageContaining("variable " + name + " must not be set together with user nobody")
          .hasMessageNotContaining("secret");
    }
    launcher.check(request(Map.of("ENVIRONMENT", "x"), List.of("true")).with(as("nobody")));
  }

  @Test
  void whoIsNotRootMayOnlyStayWhoHeIs() throws Exception {
    assumeThat(SpawnFaultTest.isRoot()).isTrue();
    Path open = Files.createDirectory(folder.resolve("open"));
    for (Path path : List.of(folder, open)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    assertThat(asNobody(open, "root"))
        .contains(
            "refused BAD_USER false cannot run as user root: only root can, and this JVM runs as user 65534");
    assertThat(asNobody(open, "nobody")).endsWith("ready\nexit 0\n");
  }

  private String asNobody(Path open, String user) throws Exception {
    try (JavaProcess child =
        JavaProcess.of(LaunchesOnce.class, open, "user", user)
            .wrappedInto("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
            .start(folder)) {
      child.tell("go");
      assertThat(child.await()).as(child::toString).isZero();
      return child.out();
    }
  }

  @Test
  void aToolThatIsNotThereIsNamed() {
    LaunchRequest request = request(Map.of(), List.of("/bin/true")).with(setup().nice(1));
    SpawnException refused =
        catchThrowableOfType(
            SpawnException.class, () -> Launcher.searching("/nowhere").check(request));
    assertThat(refused.fault()).isEqualTo(SpawnFault.NO_TOOL);
    assertThat(refused).hasMessageStartingWith("renice(1) is needed to set the nice value");
  }

  @Test
  void valuesOutOfTheirRangesAreRefused() {
    assertThatThrownBy(() -> setup().nice(20)).hasMessage("nice (20) must be from -20 to 19");
    assertThatThrownBy(() -> setup().nice(-21)).hasMessageContaining("(-21)");
    assertThatThrownBy(() -> setup().umask(01000))
        .hasMessage("umask (01000) must be from 0 to 0777");
    assertThatThrownBy(() -> setup().umask(-1)).hasMessageContaining("must be from 0");
    assertThatThrownBy(() -> setup().openFiles(0)).hasMessage("openFiles (0) must be positive");
    assertThatThrownBy(() -> as(" ")).hasMessage("user ( ) must not be blank");
    assertThatThrownBy(() -> as("x", "")).hasMessage("group () must not be blank");
    assertThatThrownBy(() -> setup().joining(Path.of("x"))).hasMessageContaining("absolute");
    assertThatThrownBy(() -> LaunchSetup.reportingTo(Path.of("x")))
        .hasMessageContaining("absolute");
    assertThatThrownBy(() -> setup().runningAs(Optional.empty(), Optional.of("x")))
        .hasMessage("group (x) must come with a user");
  }

  private void assertBadUser(LaunchSetup setup, String why) {
    LaunchRequest request = request(Map.of(), List.of("true")).with(setup);
    SpawnException refused =
        catchThrowableOfType(SpawnException.class, () -> launcher.launch(request));
    assertThat(refused).hasMessageContaining(why);
    assertThat(refused.fault()).isEqualTo(SpawnFault.BAD_USER);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private LaunchSetup as(String user) {
    return setup().runningAs(Optional.of(user), Optional.empty());
  }

  private LaunchSetup as(String user, String group) {
    return setup().runningAs(Optional.of(user), Optional.of(group));
  }

  private LaunchSetup setup() {
    return LaunchSetup.reportingTo(folder.resolve("report"));
  }

  private Child launch(LaunchSetup setup, String... argv) {
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
