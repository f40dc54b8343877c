package io.luhproc.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.procfs.LimitMarker;
import io.luhproc.testing.JavaProcess;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the limit marker of launches: by each tool, and where no tool can set it. */
@Tag("process")
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource(SpawnerKind.class)
class LimitMarkerTest {
  private static final Path OWN_LIMITS = Path.of("/proc/self/limits");
  // A shell would drop it, so that prlimit(1) is used.
  private static final Map<String, String> NO_SHELL = Map.of("not.of-a-shell", "1");

  @Parameter private SpawnerKind kind;
  private Launcher launcher;

  @TempDir Path folder;

  @BeforeEach
  void createLauncher() {
    launcher = kind.launcher("/usr/bin:/bin");
  }

  @AfterEach
  void closeLauncher() {
    launcher.close();
  }

  private void useTools(Path directory) {
    launcher.close();
    launcher = kind.launcher(directory.toString());
  }

  private LaunchRequest request(List<String> argv, Map<String, String> environment) {
    return new LaunchRequest(
        argv, environment, folder, folder.resolve("out"), folder.resolve("err"));
  }

  /** Launches a marked command, and returns its output. */
  private String run(LaunchRequest marked) throws Exception {
    Files.deleteIfExists(folder.resolve("out"));
    assertThat(launcher.launch(marked).waitFor()).isZero();
    assertThat(folder.resolve("err")).isEmptyFile();
    return Files.readString(folder.resolve("out"));
  }

  private static String softLimit(LaunchRequest marked) {
    LimitMarker marker = marked.limitMarker().orElseThrow();
    return "Max file locks +" + marker.value() + " +unlimited";
  }

  static Stream<Map<String, String>> environments() {
    return Stream.of(
        Map.of(),
        Map.of("ONE", "=x= y", "TWO", "", "PATH", "/usr/bin:/bin"),
        Map.of("PWD", "/another"),
        Map.of("IFS", ":", "PS4", "x", "_", "/x", "SHLVL", "7", "OLDPWD", "/"),
        Map.of("OPTIND", "x"),
        Map.of("PPID", "7"),
        Map.of("a.b", "1", "c-d", "2", "BASH_FUNC_f%%", "() { echo; }"));
  }

  @ParameterizedTest
  @MethodSource("environments")
  void childHasMarkerAndUnchangedEnvironment(Map<String, String> environment) throws Exception {
    Map<String, String> variables = new HashMap<>(environment);
    if (environment.isEmpty()) {
      variables.put("PWD", folder.toString());
    }
    LaunchRequest limits = launcher.mark(request(List.of("cat", OWN_LIMITS.toString()), variables));
    assertThat(run(limits)).containsPattern(softLimit(limits));
    List<String> expected =
        variables.entrySet().stream().map(it -> it.getKey() + "=" + it.getValue()).toList();
    assertThat(run(launcher.mark(request(List.of("env"), variables))).lines())
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void argumentsArePassedUnchangedToMarkedChild() throws Exception {
    List<String> argv = List.of("printf", "%s|", "", " a  b ", "\"'$HOME`*\\", "1\n2", "-n");
    for (Map<String, String> environment : List.of(Map.<String, String>of(), NO_SHELL)) {
      assertThat(run(launcher.mark(request(argv, environment))))
          .isEqualTo("| a  b |\"'$HOME`*\\|1\n2|-n|");
    }
  }

  @Test
  void everyLaunchHasItsOwnMarkerAndJvmHasNone() throws Exception {
    String before = Files.readString(OWN_LIMITS);
    List<String> cat = List.of("cat", OWN_LIMITS.toString());
    LaunchRequest first = launcher.mark(request(cat, Map.of()));
    LaunchRequest second = launcher.mark(request(cat, Map.of()));
    assertThat(first.limitMarker()).isNotEqualTo(second.limitMarker());
    assertThat(launcher.mark(first)).isEqualTo(first);
    assertThat(run(first)).containsPattern(softLimit(first));
    assertThat(run(second)).containsPattern(softLimit(second));
    assertThat(run(request(cat, Map.of()))).doesNotContainPattern(softLimit(second));
    assertThat(Files.readString(OWN_LIMITS)).isEqualTo(before);
  }

  @Test
  void setupStepsAndMarkerAreBothApplied() throws Exception {
    PreExecSettings settings =
        PreExecSettings.withReportFile(folder.resolve("report")).withUmask(027);
    List<String> argv = ShellCommand.argv("umask; cat /proc/self/limits");
    LaunchRequest marked = launcher.mark(request(argv, Map.of()).with(settings));
    assertThat(run(marked)).startsWith("0027\n").containsPattern(softLimit(marked));
  }

  @Test
  void childOfMarkedChildHasMarkerInNewSessionWithoutEnvironment() throws Exception {
    List<String> argv = List.of("setsid", "-f", "-w", "env", "-i", "cat", OWN_LIMITS.toString());
    LaunchRequest marked = launcher.mark(request(argv, Map.of("PATH", "/usr/bin:/bin")));
    assertThat(run(marked)).containsPattern(softLimit(marked));
  }

  @Test
  void shellSetsMarkerWhenThereIsNoOtherTool() throws Exception {
    useTools(folder);
    List<String> argv = ShellCommand.argv("cat /proc/self/limits");
    LaunchRequest marked = launcher.mark(request(argv, Map.of("A", "1")));
    assertThat(run(marked)).containsPattern(softLimit(marked));
  }

  @Test
  void launchSucceedsWithoutMarkerWhenNoToolKeepsEnvironment() throws Exception {
    useTools(folder);
    assertRunsUnmarked();
  }

  @Test
  void launchSucceedsWithoutMarkerWhenLimitIsRefused() throws Exception {
    Files.writeString(
        Files.createFile(
            folder.resolve("prlimit"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))),
        "#!/bin/sh\necho refused >&2\nexit 1\n");
    useTools(folder);
    assertRunsUnmarked();
  }

  private void assertRunsUnmarked() throws Exception {
    LaunchRequest request = request(List.of("/bin/cat", OWN_LIMITS.toString()), NO_SHELL);
    assertThat(launcher.mark(request)).isEqualTo(request);
    assertThat(run(request)).contains("Max file locks");
  }

  @Test
  void launchSucceedsWithoutMarkerWhenHardLimitIsTooLow() throws Exception {
    assertThat(softLimitOfChildWhenJvmHas("1000:2000000000000000000"))
        .isEqualTo("1000 without marker");
  }

  @Test
  void childHasNewMarkerWhenJvmHasItsOwn() throws Exception {
    String own = "3000000000000000000";
    assertThat(softLimitOfChildWhenJvmHas(own + ":")).matches("(?!" + own + ")\\d{19} as marked");
  }

  private String softLimitOfChildWhenJvmHas(String limits) throws Exception {
    try (JavaProcess jvm =
        JavaProcess.of(LaunchesOnce.class, folder, "limits", kind.name().toLowerCase(Locale.ROOT))
            .options("--enable-native-access=ALL-UNNAMED")
            .wrappedBy("prlimit", "--locks=" + limits)
            .start(folder)) {
      jvm.writeLine("go");
      return jvm.awaitLine("soft limit");
    }
  }

  @Test
  void launchIsInProgressWhileToolSetsMarker() throws Exception {
    for (Map<String, String> environment : List.of(Map.<String, String>of(), NO_SHELL)) {
      LaunchRequest marked = launcher.mark(request(List.of("true"), environment));
      LimitMarkerCommand command = new LimitMarkerCommand(new ToolLocator("/usr/bin:/bin"));
      List<String> words = new ArrayList<>(command.prefix(marked));
      words.add("true");
      assertThat(PreExecSettings.isInProgress(words)).isTrue();
      words.addAll(0, List.of("/usr/bin/env", "--default-signal", "/usr/bin/setsid"));
      assertThat(PreExecSettings.isInProgress(words)).isTrue();
    }
    assertThat(PreExecSettings.isInProgress(List.of("/usr/bin/setsid", "true"))).isFalse();
  }
}
