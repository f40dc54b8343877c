package io.luhproc.relaunch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.process.NotRelaunchableException;
import io.luhproc.relaunch.LaunchTarget.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the reconstruction of command lines from properties and input arguments. */
final class MxBeanCommandLineTest {
  @TempDir Path directory;

  @Test
  void mainClassIsReconstructedWithClassPath() {
    JavaCommandLine line =
        reconstruct(
            List.of("java", "@gone"),
            Map.of("sun.java.command", "App a  b", "java.class.path", "x:y"),
            List.of("-Xmx1g"));
    assertThat(line.options()).containsExactly("-Xmx1g", "--class-path=x:y");
    assertThat(line.target()).isEqualTo(new LaunchTarget(Kind.CLASS, "App"));
    assertThat(line.arguments()).containsExactly("a", "b");
  }

  @Test
  void jarPathWithSpacesIsReconstructed() throws IOException {
    Files.createFile(directory.resolve("my app.jar"));
    JavaCommandLine line =
        reconstruct(
            List.of("java", "@gone"),
            Map.of("sun.java.command", "my app.jar x", "java.class.path", "my app.jar:/agent.jar"),
            List.of());
    assertThat(line.options()).isEmpty();
    assertThat(line.target()).isEqualTo(new LaunchTarget(Kind.JAR, "my app.jar"));
    assertThat(line.arguments()).containsExactly("x");
  }

  @Test
  void moduleIsReconstructedWithModulePath() {
    JavaCommandLine line =
        reconstruct(
            List.of("java", "@gone"),
            Map.of("sun.java.command", "m/C", "jdk.module.main", "m", "jdk.module.path", "mods"),
            List.of("--module-path=mods", "--add-modules=x"));
    assertThat(line.options()).containsExactly("--add-modules=x", "--module-path=mods");
    assertThat(line.target()).isEqualTo(new LaunchTarget(Kind.MODULE, "m/C"));
    assertThat(line.arguments()).isEmpty();
  }

  @Test
  void sourceFileIsReconstructedWithVersion() {
    JavaCommandLine line =
        reconstruct(
            List.of("java", "@gone"),
            Map.of("sun.java.command", "jdk.compiler/com.sun.tools.javac.launcher.Main A.java x"),
            List.of("-Djdk.internal.javac.source=17"));
    assertThat(line.options()).containsExactly("--source=17");
    assertThat(line.target()).isEqualTo(new LaunchTarget(Kind.SOURCE, "A.java"));
    assertThat(line.arguments()).containsExactly("x");
  }

  @Test
  void optionsFromEnvironmentAreRemoved() {
    CurrentJvm jvm =
        new CurrentJvm(
            List.of("java", "@gone"),
            "/jdk/bin/java",
            directory.toString(),
            Map.of("sun.java.command", "App"),
            Map.of(
                "JAVA_TOOL_OPTIONS", "-Dt=1 '-Du=a b'",
                "JDK_JAVA_OPTIONS", "-Dj=1 -cp x --add-opens a/b=c",
                "_JAVA_OPTIONS", "-Dl=1"));
    List<String> input =
        List.of("-Dt=1", "-Du=a b", "-Dj=1", "--add-opens=a/b=c", "-Dkept=1", "-Dl=1");
    assertThat(new MxBeanCommandLine(jvm, input).reconstruct().options())
        .containsExactly("-Dkept=1");
  }

  @Test
  void argumentsAfterLostArgumentFileAreExact() {
    Map<String, String> properties = Map.of("sun.java.command", "App in file a b c");
    assertThat(reconstruct(List.of("java", "@gone", "a b", "c"), properties, List.of()).arguments())
        .containsExactly("in", "file", "a b", "c");
  }

  @Test
  void argumentsAreExactWhenMainClassFollowsLostFile() {
    Map<String, String> properties = Map.of("sun.java.command", "App a b  c");
    List<String> commandLine = List.of("java", "@gone", "-Dx", "App", "a b", "", "c");
    assertThat(reconstruct(commandLine, properties, List.of()).arguments())
        .containsExactly("a b", "", "c");
  }

  @Test
  void jvmStartedByNativeProgramIsNotRelaunchable() {
    assertThatThrownBy(() -> reconstruct(List.of(), Map.of(), List.of()))
        .isInstanceOf(NotRelaunchableException.class)
        .hasMessageContaining("no system property sun.java.command")
        .hasMessageContaining("ProcessManager.builder().mainClass(");
  }

  private JavaCommandLine reconstruct(
      List<String> commandLine, Map<String, String> properties, List<String> input) {
    CurrentJvm jvm =
        new CurrentJvm(commandLine, "/jdk/bin/java", directory.toString(), properties, Map.of());
    return new MxBeanCommandLine(jvm, input).reconstruct();
  }
}
