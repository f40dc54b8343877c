package io.luhproc.relaunch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.process.LaunchCommand;
import io.luhproc.process.NotRelaunchableException;
import io.luhproc.testing.InstalledJdks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way of starting an app, by a real JVM that starts itself again; on every JDK there is. */
@Tag("process")
final class RelaunchMatrixTest {
  private static final String MAIN = RelaunchesItself.class.getName();
  private static final String CLASS_PATH = String.join(":", RelaunchRun.classPath());

  @TempDir Path directory;

  static List<Path> jdks() {
    return InstalledJdks.homes();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void jarIsRelaunched(Path jdk) throws Exception {
    Path jar = AppJar.create(directory.resolve("app.jar"));
    RelaunchRun run = run(jdk).java("-Xmx64m", "-jar", "app.jar", "a", "b c").run();
    assertRelaunched(run);
    assertThat(run.stdout()).contains("program=" + MAIN + "\n", "programArguments=[a, b c]\n");
    assertThat(run.childOutput()).contains("|-Xmx64m|", "|-jar|" + jar + "|x y|");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void classPathIsRelaunched(Path jdk) throws Exception {
    RelaunchRun run =
        run(jdk)
            .java("-cp", CLASS_PATH, "-Dkept=1 2")
            .env("FIXTURE_OPTION", "-Xss2m")
            .fixtureMain()
            .run();
    assertRelaunched(run);
    assertThat(run.childOutput())
        .contains("kept=1 2\n", "|-Xss2m|")
        .contains("home=" + jdk.toRealPath());
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void relativeClassPathWorksFromAnotherWorkingDirectory(Path jdk) throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    AppJar.create(Files.createDirectory(directory.resolve("lib")).resolve("app.jar"));
    RelaunchRun run =
        run(jdk).java("-cp", "lib/*").env("FIXTURE_CWD", elsewhere).fixtureMain().run();
    assertRelaunched(run);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void relativeClassPathVariableWorksFromAnotherWorkingDirectory(Path jdk) throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    AppJar.create(directory.resolve("app.jar"));
    assertRelaunched(
        run(jdk)
            .env("CLASSPATH", "app.jar")
            .java()
            .env("FIXTURE_CWD", elsewhere)
            .fixtureMain()
            .run());
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void modulePathIsRelaunched(Path jdk) throws Exception {
    RelaunchRun run = run(jdk).java(modular()).arguments("a").env("FIXTURE_KILL", "1").run();
    assertRelaunched(run);
    assertThat(run.childOutput()).contains("module=io.luhproc.core\n", "kill=true\n", "jnr=true\n");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void deletedArgumentFileIsReconstructed(Path jdk) throws Exception {
    Path file = directory.resolve("idea_arg_file");
    Files.writeString(file, "-Xmx64m \"-Dkept=1 2\"\n-cp \"" + CLASS_PATH + "\"\n" + MAIN);
    RelaunchRun run =
        run(jdk).java("@" + file, "a b", "c").env("FIXTURE_DELETE", file.toString()).run();
    assertRelaunched(run);
    assertThat(run.stdout()).contains("programArguments=[a b, c]\n");
    assertThat(run.childOutput()).contains("kept=1 2\n", "|-Xmx64m|");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void deletedModularArgumentFileIsReconstructed(Path jdk) throws Exception {
    Path file = directory.resolve("f");
    StringBuilder text = new StringBuilder();
    for (String word : modular()) {
      text.append(ArgFileTokenizer.quote(word));
    }
    Files.writeString(file, text);
    // java.management is no dependency of the module: as a user would, add it.
    RelaunchRun run =
        run(jdk).java("--add-modules", "java.management", "@f").env("FIXTURE_DELETE", file).run();
    assertRelaunched(run);
    assertThat(run.childOutput()).contains("module=io.luhproc.core\n");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void classPathOf200KibIsPassedByArgumentFile(Path jdk) throws Exception {
    StringBuilder classPath = new StringBuilder();
    for (int i = 0; classPath.length() < 200 * 1024; i++) {
      classPath.append(directory.resolve("there is no such library ")).append(i).append(".jar:");
    }
    String line = ArgFileTokenizer.quote(classPath + CLASS_PATH);
    Files.writeString(directory.resolve("f"), "-cp " + line);
    RelaunchRun run = run(jdk).java("@f").fixtureMain().run();
    assertRelaunched(run);
    assertThat(run.childOutput())
        .contains("argv=" + jdk.toRealPath().resolve("bin/java") + "|@" + directory + "/java.args|")
        .contains("class.path.length=" + (classPath.length() + CLASS_PATH.length()) + "\n");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void pathsWithSpacesAndNonAsciiAreRelaunched(Path jdk) throws Exception {
    // Not beyond the basic plane: no JDK finds classes in a jar whose path holds an emoji.
    Path odd = Files.createDirectory(directory.resolve("a b ü→日本"));
    AppJar.create(odd.resolve("äpp file.jar"));
    RelaunchRun run = run(jdk).workingDirectory(odd).java("-jar", "äpp file.jar", "ö").run();
    assertRelaunched(run);
    assertThat(run.stdout()).contains("programArguments=[ö]\n");
    assertRelaunched(
        run(jdk).workingDirectory(odd).java("-cp", "../a b ü→日本/äpp file.jar").fixtureMain().run());
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void debuggerOptionIsDropped(Path jdk) throws Exception {
    String agent = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=" + freePort();
    RelaunchRun run = run(jdk).java(agent, "-cp", CLASS_PATH).fixtureMain().run();
    assertRelaunched(run);
    assertThat(run.childOutput()).doesNotContain("jdwp");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void jmxPortOptionsAreDropped(Path jdk) throws Exception {
    RelaunchRun run =
        run(jdk)
            .java(
                "-Dcom.sun.management.jmxremote.port=" + freePort(),
                "-Dcom.sun.management.jmxremote.host=127.0.0.1",
                "-Dcom.sun.management.jmxremote.authenticate=false",
                "-Dcom.sun.management.jmxremote.ssl=false",
                "-cp",
                CLASS_PATH)
            .fixtureMain()
            .run();
    assertRelaunched(run);
    assertThat(run.childOutput()).doesNotContain("jmxremote");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void logFileIsDroppedAndHeapDumpPathReplaced(Path jdk) throws Exception {
    RelaunchRun run =
        run(jdk)
            .java("-Xlog:gc:gc.log", "-XX:HeapDumpPath=/dump", "-cp", CLASS_PATH)
            .fixtureMain()
            .run();
    assertRelaunched(run);
    assertThat(run.childOutput())
        .doesNotContain("gc.log")
        .contains("|-XX:HeapDumpPath=" + directory + "|");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void debuggerIsDroppedFromJavaToolOptions(Path jdk) throws Exception {
    String agent = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=" + freePort();
    RelaunchRun run =
        run(jdk)
            .env("JAVA_TOOL_OPTIONS", agent + " '-Dkept=1 2'")
            .java("-cp", CLASS_PATH)
            .fixtureMain()
            .run();
    // The JVM itself tells of the variable, in the parent and in the child.
    assertThat(run.stderr().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("Picked up JAVA_"));
    assertThat(run.exitStatus()).isZero();
    assertThat(run.childOutput()).contains("sameArguments=true\n", "kept=1 2\n");
    assertThat(run.childOutput()).contains("JAVA_TOOL_OPTIONS=-Dkept=1\" \"2\n");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void unshareableOptionsAreDroppedFromJdkJavaOptions(Path jdk) throws Exception {
    RelaunchRun run =
        run(jdk)
            .env("JDK_JAVA_OPTIONS", "-Dcom.sun.management.x=1 -cp '" + CLASS_PATH + "' -Dkept=1")
            .java()
            .fixtureMain()
            .run();
    assertThat(run.stderr().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("NOTE: Picked up"));
    assertThat(run.exitStatus()).isZero();
    assertThat(run.childOutput())
        .contains(
            "sameArguments=true\n", "kept=1\n", "JDK_JAVA_OPTIONS=--class-path=" + CLASS_PATH);
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void sourceFileIsRelaunched(Path jdk) throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Files.writeString(
        directory.resolve("Hello.java"),
        "class Hello { public static void main(String[] args) throws Exception {"
            + " io.luhproc.relaunch.RelaunchesItself.main(args); } }");
    RelaunchRun run =
        run(jdk).java("-cp", CLASS_PATH, "Hello.java", "a").env("FIXTURE_CWD", elsewhere).run();
    assertRelaunched(run);
    assertThat(run.stdout()).contains("program=" + directory.resolve("Hello.java") + "\n");
    assertThat(run.childOutput()).contains("|" + directory.resolve("Hello.java") + "|x y|");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void chosenMainClassIsLaunched(Path jdk) throws Exception {
    Files.writeString(
        directory.resolve("Hello.java"),
        "class Hello { public static void main(String[] args) throws Exception {"
            + " io.luhproc.relaunch.RelaunchesItself.main(args); } }");
    RelaunchRun run =
        run(jdk).java("-cp", CLASS_PATH, "Hello.java", "a").env("FIXTURE_MAIN", MAIN).run();
    assertRelaunched(run);
    assertThat(run.childOutput()).contains("command=" + MAIN + " x y");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void nativeAccessPrintsNoWarning(Path jdk) throws Exception {
    RelaunchRun run = run(jdk).java("-cp", CLASS_PATH).env("FIXTURE_KILL", "1").fixtureMain().run();
    assertRelaunched(run);
    assertThat(run.childOutput()).contains("kill=true\n", "jnr=true\n");
  }

  @Test
  void mainClassIsLaunchedFromTestRunner() throws Exception {
    assumeThat(System.getProperty("sun.java.command")).contains("surefire");
    assertThatThrownBy(JvmCommand::current)
        .isInstanceOf(NotRelaunchableException.class)
        .hasMessageContaining("surefire, which runs tests")
        .hasMessageContaining("ProcessManager.builder().mainClass(");

    LaunchCommand relaunch =
        JvmCommand.ofMainClass(MAIN)
            .buildCommand(List.of(), RelaunchesItself.ARGUMENTS, directory, Map.of());
    RelaunchRun run =
        new RelaunchRun.Builder(directory, Path.of(System.getProperty("java.home")))
            .arguments(relaunch.argv().toArray(new String[0]))
            .env(RelaunchesItself.CHILD_VARIABLE, "1")
            .run();
    assertRelaunched(run);
  }

  private RelaunchRun.Builder run(Path jdk) {
    return new RelaunchRun.Builder(directory, jdk);
  }

  private static void assertRelaunched(RelaunchRun run) {
    assertThat(run.stderr()).isEmpty();
    assertThat(run.exitStatus()).as(run.stdout()).isZero();
    assertThat(run.childOutput()).contains("sameArguments=true\n");
  }

  /** Our own module, with the fixture patched in. */
  private static String[] modular() {
    String path = RelaunchRun.location(JvmCommand.class);
    path += ":" + String.join(":", RelaunchRun.libraries());
    String patch = "io.luhproc.core=" + RelaunchRun.location(RelaunchesItself.class);
    return new String[] {"-p", path, "--patch-module", patch, "-m", "io.luhproc.core/" + MAIN};
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
