package io.luhproc.relaunch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.testing.InstalledJdks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Apps that bring their own runtime: images of jpackage and jlink, on every JDK there is. */
@Tag("process")
final class ImageMatrixTest {
  private static final String MODULES = "java.base,java.logging,jdk.unsupported";
  private static final String CLASS_PATH = String.join(":", RelaunchRun.classPath());

  @TempDir Path directory;

  static List<Path> jdks() {
    return InstalledJdks.homes();
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void jpackageImageRelaunchesItself(Path jdk) throws Exception {
    Path launcher = packageApp(jdk);
    RelaunchRun run =
        new RelaunchRun.Builder(directory, jdk).arguments(launcher.toString(), "a").run();
    assertThat(run.stderr()).isEmpty();
    assertThat(run.exitStatus()).isZero();
    assertThat(run.stdout()).contains("program=" + launcher + "\n", "programArguments=[a]\n");
    assertThat(run.childOutput()).contains("argv=" + launcher + "|x y|", "sameArguments=true\n");
    assertThat(run.childOutput()).contains("kept=1\n");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void additionalOptionReachesJpackageImage(Path jdk) throws Exception {
    Path launcher = packageApp(jdk);
    RelaunchRun run =
        new RelaunchRun.Builder(directory, jdk)
            .arguments(launcher.toString())
            .env("FIXTURE_OPTION", "-Dkept=more")
            .env("JAVA_TOOL_OPTIONS", "-Xlog:gc:gc.log")
            .run();
    assertThat(run.stderr().lines())
        .containsExactly(
            "Picked up JAVA_TOOL_OPTIONS: -Xlog:gc:gc.log", "Picked up _JAVA_OPTIONS: -Dkept=more");
    assertThat(run.exitStatus()).isZero();
    assertThat(run.childOutput())
        .contains("JAVA_TOOL_OPTIONS=null\n", "kept=more\n", "sameArguments=true\n");
  }

  @ParameterizedTest
  @MethodSource("jdks")
  void jlinkImageRelaunchesItself(Path jdk) throws Exception {
    Path image = directory.resolve("image");
    runTool(jdk, "jlink", "--add-modules", MODULES, "--output", image.toString());
    RelaunchRun run =
        new RelaunchRun.Builder(directory, image).java("-cp", CLASS_PATH).fixtureMain().run();
    assertThat(run.stderr()).isEmpty();
    assertThat(run.exitStatus()).isZero();
    assertThat(run.childOutput()).contains("home=" + image + "\n", "sameArguments=true\n");

    Files.writeString(directory.resolve("f"), "-cp " + ArgFileTokenizer.quote(CLASS_PATH));
    RelaunchRun lost =
        new RelaunchRun.Builder(directory, image)
            .java("@f")
            .env("FIXTURE_DELETE", "f")
            .fixtureMain()
            .run();
    assertThat(lost.exitStatus()).isOne();
    assertThat(lost.stderr())
        .contains("NotRelaunchableException", "lacks the module java.management")
        .contains("ProcessManager.builder().mainClass(");
  }

  private Path packageApp(Path jdk) throws Exception {
    AppJar.create(Files.createDirectory(directory.resolve("input")).resolve("app.jar"));
    runTool(
        jdk,
        "jpackage",
        "--type",
        "app-image",
        "--name",
        "app",
        "--input",
        directory.resolve("input").toString(),
        "--main-jar",
        "app.jar",
        "--add-modules",
        MODULES,
        "--java-options",
        "-Dkept=1",
        "--dest",
        directory.toString());
    return directory.resolve("app/bin/app");
  }

  /** Runs a tool of a JDK; a JDK without it, or without what the tool needs, skips the test. */
  private void runTool(Path jdk, String name, String... arguments)
      throws IOException, InterruptedException {
    Path tool = jdk.resolve("bin").resolve(name);
    assumeThat(tool).as("tool of this JDK").exists();
    Path out = directory.resolve(name + ".out");
    List<String> argv = new ArrayList<>(List.of(tool.toString()));
    argv.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(argv).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    assertThat(process.waitFor(110, TimeUnit.SECONDS)).isTrue();
    assumeThat(process.exitValue()).as(Files.readString(out)).isZero();
  }
}
