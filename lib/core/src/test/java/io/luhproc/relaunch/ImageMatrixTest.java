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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests relaunching from images of jpackage and jlink, on every installed JDK. */
@Tag("process")
@ParameterizedClass
@MethodSource("jdks")
final class ImageMatrixTest {
  private static final String MODULES = "java.base,java.logging,jdk.unsupported";
  private static final String CLASS_PATH = String.join(":", RelaunchRun.classPath());

  @TempDir static Path images;
  @TempDir Path directory;
  @Parameter private Path jdk;

  static List<Path> jdks() {
    return InstalledJdks.homes();
  }

  /**
   * Creates both images of a JDK concurrently; skips a JDK without the tools. Options of jlink
   * avoid its default {@code --strip-debug}, which takes half of the time.
   */
  @BeforeParameterizedClassInvocation
  static void createImages(Path jdk) throws Exception {
    Path parent = Files.createDirectory(imagesOf(jdk));
    AppJar.create(Files.createDirectory(parent.resolve("input")).resolve("app.jar"));
    Process jlink =
        startTool(jdk, "jlink", "--add-modules", MODULES, "--output", parent + "/image");
    Process jpackage =
        startTool(
            jdk,
            "jpackage",
            "--type",
            "app-image",
            "--name",
            "app",
            "--input",
            parent + "/input",
            "--main-jar",
            "app.jar",
            "--add-modules",
            MODULES,
            "--jlink-options",
            "--strip-native-commands",
            "--java-options",
            "-Dkept=1",
            "--dest",
            parent.toString());
    awaitTool(jdk, "jlink", jlink);
    awaitTool(jdk, "jpackage", jpackage);
  }

  @Test
  void jpackageImageRelaunchesItself() throws Exception {
    Path launcher = imagesOf(jdk).resolve("app/bin/app");
    RelaunchRun run =
        new RelaunchRun.Builder(directory, jdk).arguments(launcher.toString(), "a").run();
    assertThat(run.stderr()).isEmpty();
    assertThat(run.exitStatus()).isZero();
    assertThat(run.stdout()).contains("program=" + launcher + "\n", "programArguments=[a]\n");
    assertThat(run.childOutput()).contains("argv=" + launcher + "|x y|", "sameArguments=true\n");
    assertThat(run.childOutput()).contains("kept=1\n");
  }

  @Test
  void additionalOptionReachesJpackageImage() throws Exception {
    RelaunchRun run =
        new RelaunchRun.Builder(directory, jdk)
            .arguments(imagesOf(jdk).resolve("app/bin/app").toString())
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

  @Test
  void jlinkImageRelaunchesItself() throws Exception {
    Path image = imagesOf(jdk).resolve("image");
    RelaunchRun run =
        new RelaunchRun.Builder(directory, image).java("-cp", CLASS_PATH).fixtureMain().run();
    assertThat(run.stderr()).isEmpty();
    assertThat(run.exitStatus()).isZero();
    assertThat(run.childOutput()).contains("home=" + image + "\n", "sameArguments=true\n");
  }

  @Test
  void jlinkImageWithoutJavaManagementFailsWhenArgumentFileIsDeleted() throws Exception {
    Files.writeString(directory.resolve("f"), "-cp " + ArgFileTokenizer.quote(CLASS_PATH));
    RelaunchRun run =
        new RelaunchRun.Builder(directory, imagesOf(jdk).resolve("image"))
            .java("@f")
            .env("FIXTURE_DELETE", "f")
            .fixtureMain()
            .run();
    assertThat(run.exitStatus()).isOne();
    assertThat(run.stderr())
        .contains("NotRelaunchableException", "lacks the module java.management")
        .contains("ProcessManager.builder().mainClass(");
  }

  private static Path imagesOf(Path jdk) {
    return images.resolve(InstalledJdks.featureVersion(jdk));
  }

  private static Process startTool(Path jdk, String name, String... arguments) throws IOException {
    Path tool = jdk.resolve("bin").resolve(name);
    assumeThat(tool).as("tool of this JDK").exists();
    List<String> argv =
        new ArrayList<>(
            List.of(tool.toString(), "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
    argv.addAll(List.of(arguments));
    return new ProcessBuilder(argv)
        .redirectErrorStream(true)
        .redirectOutput(outputOf(jdk, name).toFile())
        .start();
  }

  /** Waits for a tool; a failure skips the tests of the JDK, which may lack what the tool needs. */
  private static void awaitTool(Path jdk, String name, Process tool) throws Exception {
    assertThat(tool.waitFor(110, TimeUnit.SECONDS)).as(name).isTrue();
    assumeThat(tool.exitValue()).as(Files.readString(outputOf(jdk, name))).isZero();
  }

  private static Path outputOf(Path jdk, String name) {
    return imagesOf(jdk).resolve(name + ".out");
  }
}
