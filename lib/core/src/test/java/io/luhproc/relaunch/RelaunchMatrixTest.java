package io.luhproc.relaunch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.process.LaunchCommand;
import io.luhproc.process.NotRelaunchableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests each way to start an app with real JVMs that relaunch themselves, on all JDKs. */
@Tag("process")
final class RelaunchMatrixTest {
  private static final String MAIN = RelaunchesItself.class.getName();
  private static final String CLASS_PATH = String.join(":", RelaunchRun.classPath());

  private static final Set<Integer> USED_PORTS = ConcurrentHashMap.newKeySet();

  @TempDir Path parent;

  @Test
  void jarIsRelaunched() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          Path jar = AppJar.create(directory.resolve("app.jar"));
          RelaunchRun run =
              run(jdk, directory).java("-Xmx64m", "-jar", "app.jar", "a", "b c").run();
          assertRelaunched(run);
          assertThat(run.stdout())
              .contains("program=" + MAIN + "\n", "programArguments=[a, b c]\n");
          assertThat(run.childOutput()).contains("|-Xmx64m|", "|-jar|" + jar + "|x y|");
        });
  }

  @Test
  void classPathIsRelaunched() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          RelaunchRun run =
              run(jdk, directory)
                  .java("-cp", CLASS_PATH, "-Dkept=1 2")
                  .env("FIXTURE_OPTION", "-Xss2m")
                  .fixtureMain()
                  .run();
          assertRelaunched(run);
          assertThat(run.childOutput())
              .contains("kept=1 2\n", "|-Xss2m|")
              .contains("home=" + jdk.toRealPath());
        });
  }

  @Test
  void relativeClassPathWorksFromAnotherWorkingDirectory() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
          AppJar.create(Files.createDirectory(directory.resolve("lib")).resolve("app.jar"));
          RelaunchRun run =
              run(jdk, directory)
                  .java("-cp", "lib/*")
                  .env("FIXTURE_CWD", elsewhere)
                  .fixtureMain()
                  .run();
          assertRelaunched(run);
        });
  }

  @Test
  void directoryWithNameLikeDeletedOneWorks() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          Path app = Files.createDirectory(directory.resolve("app (deleted)"));
          AppJar.create(app.resolve("app.jar"));
          RelaunchRun run = run(jdk, directory).workingDirectory(app).java("-jar", "app.jar").run();
          assertRelaunched(run);
          assertThat(run.childOutput()).contains("|-jar|" + app + "/app.jar|x y|");
        });
  }

  @Test
  void relativeClassPathVariableWorksFromAnotherWorkingDirectory() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
          AppJar.create(directory.resolve("app.jar"));
          assertRelaunched(
              run(jdk, directory)
                  .env("CLASSPATH", "app.jar")
                  .java()
                  .env("FIXTURE_CWD", elsewhere)
                  .fixtureMain()
                  .run());
        });
  }

  @Test
  void modulePathIsRelaunched() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          RelaunchRun run =
              run(jdk, directory).java(modular()).arguments("a").env("FIXTURE_KILL", "1").run();
          assertRelaunched(run);
          assertThat(run.childOutput())
              .contains("module=io.luhproc.core\n", "kill=true\n", "jnr=true\n");
        });
  }

  @Test
  void deletedArgumentFileIsReconstructed() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          Path file = directory.resolve("idea_arg_file");
          Files.writeString(file, "-Xmx64m \"-Dkept=1 2\"\n-cp \"" + CLASS_PATH + "\"\n" + MAIN);
          RelaunchRun run =
              run(jdk, directory)
                  .java("@" + file, "a b", "c")
                  .env("FIXTURE_DELETE", file.toString())
                  .run();
          assertRelaunched(run);
          assertThat(run.stdout()).contains("programArguments=[a b, c]\n");
          assertThat(run.childOutput()).contains("kept=1 2\n", "|-Xmx64m|");
        });
  }

  @Test
  void deletedModularArgumentFileIsReconstructed() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          Path file = directory.resolve("f");
          StringBuilder text = new StringBuilder();
          for (String word : modular()) {
            text.append(ArgFileTokenizer.quote(word));
          }
          Files.writeString(file, text);
          // The module does not require java.management, so a user has to add it.
          RelaunchRun run =
              run(jdk, directory)
                  .java("--add-modules", "java.management", "@f")
                  .env("FIXTURE_DELETE", file)
                  .run();
          assertRelaunched(run);
          assertThat(run.childOutput()).contains("module=io.luhproc.core\n");
        });
  }

  @Test
  void classPathOf200KibIsPassedByArgumentFile() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          StringBuilder classPath = new StringBuilder();
          for (int i = 0; classPath.length() < 200 * 1024; i++) {
            classPath.append(directory.resolve("no such library ")).append(i).append(".jar:");
          }
          String line = ArgFileTokenizer.quote(classPath + CLASS_PATH);
          Files.writeString(directory.resolve("f"), "-cp " + line);
          RelaunchRun run = run(jdk, directory).java("@f").fixtureMain().run();
          assertRelaunched(run);
          assertThat(run.childOutput())
              .contains(
                  "argv=" + jdk.toRealPath().resolve("bin/java") + "|@" + directory + "/java.args|")
              .contains("class.path.length=" + (classPath.length() + CLASS_PATH.length()) + "\n");
        });
  }

  @Test
  void pathsWithSpacesAndNonAsciiAreRelaunched() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          // Basic plane only: no JDK finds classes in a jar whose path contains an emoji.
          Path odd = Files.createDirectory(directory.resolve("a b ü→日本"));
          AppJar.create(odd.resolve("äpp file.jar"));
          RelaunchRun run =
              run(jdk, directory).workingDirectory(odd).java("-jar", "äpp file.jar", "ö").run();
          assertRelaunched(run);
          assertThat(run.stdout()).contains("programArguments=[ö]\n");
          assertRelaunched(
              run(jdk, directory)
                  .workingDirectory(odd)
                  .java("-cp", "../a b ü→日本/äpp file.jar")
                  .fixtureMain()
                  .run());
        });
  }

  @Test
  void debuggerJmxPortAndLogFileAreDroppedAndHeapDumpPathReplaced() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          RelaunchRun run =
              run(jdk, directory)
                  .java(
                      "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=" + freePort(),
                      "-Dcom.sun.management.jmxremote.port=" + freePort(),
                      "-Dcom.sun.management.jmxremote.host=127.0.0.1",
                      "-Dcom.sun.management.jmxremote.authenticate=false",
                      "-Dcom.sun.management.jmxremote.ssl=false",
                      "-Xlog:gc:gc.log",
                      "-XX:HeapDumpPath=/dump",
                      "-cp",
                      CLASS_PATH)
                  .fixtureMain()
                  .run();
          assertRelaunched(run);
          assertThat(run.childOutput())
              .doesNotContain("jdwp")
              .doesNotContain("jmxremote")
              .doesNotContain("gc.log")
              .contains("|-XX:HeapDumpPath=" + directory + "|");
        });
  }

  @Test
  void debuggerIsDroppedFromJavaToolOptions() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          String agent =
              "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=" + freePort();
          RelaunchRun run =
              run(jdk, directory)
                  .env("JAVA_TOOL_OPTIONS", agent + " '-Dkept=1 2'")
                  .java("-cp", CLASS_PATH)
                  .fixtureMain()
                  .run();
          // The JVM prints a note about the variable, in the parent and in the child.
          assertThat(run.stderr().lines())
              .hasSize(2)
              .allMatch(line -> line.startsWith("Picked up JAVA_"));
          assertThat(run.exitStatus()).isZero();
          assertThat(run.childOutput()).contains("sameArguments=true\n", "kept=1 2\n");
          assertThat(run.childOutput()).contains("JAVA_TOOL_OPTIONS=-Dkept=1\" \"2\n");
        });
  }

  @Test
  void unshareableOptionsAreDroppedFromJdkJavaOptions() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          RelaunchRun run =
              run(jdk, directory)
                  .env(
                      "JDK_JAVA_OPTIONS",
                      "-Dcom.sun.management.x=1 -cp '" + CLASS_PATH + "' -Dkept=1")
                  .java()
                  .fixtureMain()
                  .run();
          assertThat(run.stderr().lines())
              .hasSize(2)
              .allMatch(line -> line.startsWith("NOTE: Picked up"));
          assertThat(run.exitStatus()).isZero();
          assertThat(run.childOutput())
              .contains(
                  "sameArguments=true\n",
                  "kept=1\n",
                  "JDK_JAVA_OPTIONS=--class-path=" + CLASS_PATH);
        });
  }

  /** Writes {@code Hello.java}, whose main method calls that of the fixture. */
  private static void writeHelloSource(Path directory) throws IOException {
    Files.writeString(
        directory.resolve("Hello.java"),
        "class Hello { public static void main(String[] args) throws Exception {"
            + " io.luhproc.relaunch.RelaunchesItself.main(args); } }");
  }

  @Test
  void sourceFileIsRelaunched() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
          writeHelloSource(directory);
          RelaunchRun run =
              run(jdk, directory)
                  .java("-cp", CLASS_PATH, "Hello.java", "a")
                  .env("FIXTURE_CWD", elsewhere)
                  .run();
          assertRelaunched(run);
          assertThat(run.stdout()).contains("program=" + directory.resolve("Hello.java") + "\n");
          assertThat(run.childOutput()).contains("|" + directory.resolve("Hello.java") + "|x y|");
        });
  }

  @Test
  void chosenMainClassIsLaunched() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          writeHelloSource(directory);
          RelaunchRun run =
              run(jdk, directory)
                  .java("-cp", CLASS_PATH, "Hello.java", "a")
                  .env("FIXTURE_MAIN", MAIN)
                  .run();
          assertRelaunched(run);
          assertThat(run.childOutput()).contains("command=" + MAIN + " x y");
        });
  }

  @Test
  void nativeAccessPrintsNoWarning() throws Exception {
    onEachJdk(
        (jdk, directory) -> {
          RelaunchRun run =
              run(jdk, directory)
                  .java("-cp", CLASS_PATH)
                  .env("FIXTURE_KILL", "1")
                  .fixtureMain()
                  .run();
          assertRelaunched(run);
          assertThat(run.childOutput()).contains("kill=true\n", "jnr=true\n");
        });
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
            .buildCommand(List.of(), RelaunchesItself.ARGUMENTS, parent, Map.of());
    RelaunchRun run =
        new RelaunchRun.Builder(parent, Path.of(System.getProperty("java.home")))
            .arguments(relaunch.argv().toArray(new String[0]))
            .env(RelaunchesItself.CHILD_VARIABLE, "1")
            .run();
    assertRelaunched(run);
  }

  private void onEachJdk(JdkMatrix.JdkTest test) throws Exception {
    JdkMatrix.onEachJdk(parent, test);
  }

  private static RelaunchRun.Builder run(Path jdk, Path directory) {
    return new RelaunchRun.Builder(directory, jdk);
  }

  private static void assertRelaunched(RelaunchRun run) {
    assertThat(run.stderr()).isEmpty();
    assertThat(run.exitStatus()).as(run.stdout()).isZero();
    assertThat(run.childOutput()).contains("sameArguments=true\n");
  }

  /** Returns the options and target that run the fixture inside the module of core. */
  private static String[] modular() {
    String path = RelaunchRun.location(JvmCommand.class);
    path += ":" + String.join(":", RelaunchRun.libraries());
    String patch = "io.luhproc.core=" + RelaunchRun.location(RelaunchesItself.class);
    return new String[] {"-p", path, "--patch-module", patch, "-m", "io.luhproc.core/" + MAIN};
  }

  /** Returns a free port, each only once, because the JDKs run concurrently. */
  private static int freePort() throws IOException {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        if (USED_PORTS.add(socket.getLocalPort())) {
          return socket.getLocalPort();
        }
      }
    }
  }
}
