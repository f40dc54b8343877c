package io.luhproc.relaunch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.process.LaunchCommand;
import io.luhproc.process.NotRelaunchableException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the commands for simulated JVMs. */
final class JvmCommandTest {
  private static final Path DIRECTORY = Path.of("/worker");
  private static final String UNSAFE = "-Djffi.unsafe.disabled=true";

  @Test
  void jarIsRelaunchedByAbsolutePathWithoutProgramArguments() {
    JvmCommand command = JvmCommand.current(jvm("17", "-Xmx1g", "-jar", "app.jar", "a", "b"));
    assertThat(argv(command)).containsExactly("-Xmx1g", UNSAFE, "-jar", "/cwd/app.jar");
    assertThat(command.programArguments()).containsExactly("a", "b");
  }

  @Test
  void additionalOptionsAndArgumentsComeLast() {
    JvmCommand command = JvmCommand.current(jvm("17", "-Xmx1g", "-cp", "x", "App"));
    LaunchCommand relaunch =
        command.buildCommand(
            List.of("-Xmx2g", "--add-opens", "a/b=c"), List.of("", "-x"), DIRECTORY, Map.of());
    assertThat(relaunch.argv())
        .containsExactly(
            "/jdk/bin/java",
            "-Xmx1g",
            "--class-path=/cwd/x",
            "-Xmx2g",
            "--add-opens=a/b=c",
            UNSAFE,
            "App",
            "",
            "-x");
  }

  @Test
  void classPathIsTakenFromSystemPropertyWithoutOption() {
    assertThat(argv(JvmCommand.current(jvm("17", "App"))))
        .containsExactly("--class-path=/cwd/from:/cwd/environment", UNSAFE, "App");
  }

  @Test
  void moduleKeepsItsName() {
    JvmCommand command = JvmCommand.current(jvm("17", "-p", "m", "-cp", "c", "-m", "a.b/a.b.App"));
    assertThat(argv(command))
        .containsExactly(
            "--module-path=/cwd/m", "--class-path=/cwd/c", UNSAFE, "--module", "a.b/a.b.App");
    assertThat(command.program()).isEqualTo("a.b.App");
  }

  @Test
  void nativeAccessIsAddedFromJdk22UnlessAlreadyGranted() {
    assertThat(argv(JvmCommand.current(jvm("25", "-cp", "x", "App"))))
        .contains("--enable-native-access=ALL-UNNAMED");
    assertThat(
            argv(
                JvmCommand.current(
                    jvm("25", "--enable-native-access", "a,ALL-UNNAMED", "-cp", "x", "App"))))
        .contains("--enable-native-access=a,ALL-UNNAMED")
        .doesNotContain("--enable-native-access=ALL-UNNAMED");
    assertThat(argv(JvmCommand.current(jvm("22", "--enable-native-access=a", "-cp", "x", "App"))))
        .contains("--enable-native-access=a", "--enable-native-access=ALL-UNNAMED");
  }

  @Test
  void unsafeSettingOfAppIsKept() {
    assertThat(
            argv(JvmCommand.current(jvm("17", "-Djffi.unsafe.disabled=false", "-cp", "x", "App"))))
        .containsExactly("-Djffi.unsafe.disabled=false", "--class-path=/cwd/x", "App");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-jar|/m2/surefire/surefirebooter-20.jar",
        "org.apache.maven.surefire.booter.ForkedBooter",
        "org.codehaus.plexus.classworlds.launcher.Launcher",
        "org.gradle.launcher.daemon.bootstrap.GradleDaemon",
        "worker.org.gradle.process.internal.worker.GradleWorkerMain",
        "com.intellij.rt.junit.JUnitStarter",
        "com.intellij.rt.execution.application.AppMainV2",
        "org.eclipse.jdt.internal.junit.runner.RemoteTestRunner",
        "org.junit.platform.console.ConsoleLauncher",
        "-jar|/x/junit-platform-console-standalone-1.10.jar",
        "org.apache.catalina.startup.Bootstrap",
        "-m|jdk.jshell/jdk.internal.jshell.tool.JShellToolProvider",
        "jdk.jshell.execution.RemoteExecutionControl",
      })
  void knownHostIsRejectedWithRemedies(String tail) {
    assertThatThrownBy(() -> JvmCommand.current(jvm("17", tail.split("\\|"))))
        .isInstanceOf(NotRelaunchableException.class)
        .hasMessageContaining(tail.substring(tail.lastIndexOf('/') + 1).replace("-m|", ""))
        .hasMessageContaining("ProcessManager.builder().mainClass(")
        .hasMessageContaining(".command(");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-jar|/x/gradle-something.jar",
        "-jar|/x/jboss-modules-tool.jar",
        "-jar|/x/surefirebooter-tool.jar",
        "com.example.gradle.Main",
        "org.gradle.sample.App",
        "org.junit.sample.App",
        "sbt.sample.App",
        "weblogic.sample.App",
        "-m|com.example/gradle.App",
      })
  void appWithNameSimilarToKnownHostIsRelaunched(String tail) {
    JvmCommand command = JvmCommand.current(jvm("17", tail.split("\\|")));
    assertThat(argv(command)).endsWith(tail.substring(tail.indexOf('|') + 1));
  }

  @Test
  void jarOfKnownHostIsRejectedByItsMainClass(@TempDir Path folder) throws IOException {
    Path jar = folder.resolve("app.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "org.jboss.modules.Main");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    assertThatThrownBy(() -> JvmCommand.current(jvm("17", "-jar", jar.toString())))
        .isInstanceOf(NotRelaunchableException.class)
        .hasMessageContaining("it runs app.jar, which is JBoss Modules (WildFly); configure")
        .hasMessageEndingWith(
            "ProcessManager.builder().mainClass(\"com.example.App\") or .command(List.of(\"java\","
                + " \"-jar\", \"/path/of/app.jar\"))");
  }

  @Test
  void removedOptionIsNotPassedOnFromCommandLineOrEnvironment() {
    JvmCommand command =
        JvmCommand.current(
                new CurrentJvm(
                    List.of("java", "-javaagent:a.jar=9404:x", "-Xmx1g", "-cp", "x", "App"),
                    "/jdk/bin/java",
                    "/cwd",
                    properties("17"),
                    Map.of("JAVA_TOOL_OPTIONS", "-ea -javaagent:b.jar=1")))
            .withoutOptions(List.of("-javaagent:/cwd/a.jar"))
            .withoutOptions(List.of("-javaagent:b.jar"));
    LaunchCommand relaunch =
        command.buildCommand(
            List.of("-javaagent:b.jar=2"),
            List.of(),
            DIRECTORY,
            Map.of("JAVA_TOOL_OPTIONS", "-ea -javaagent:b.jar=1"));
    assertThat(relaunch.argv())
        .containsExactly(
            "/jdk/bin/java", "-Xmx1g", "--class-path=/cwd/x", "-javaagent:b.jar=2", UNSAFE, "App");
    assertThat(relaunch.environment()).containsEntry("JAVA_TOOL_OPTIONS", "-ea");
  }

  @Test
  void mainClassInAnotherClassLoaderIsLaunchedWithItsClassPath(@TempDir Path folder)
      throws IOException {
    Path classes = Files.createDirectories(folder.resolve("my classes/com/example"));
    Files.createFile(classes.resolve("App.class"));
    Path parentJar = Files.createFile(folder.resolve("lib.jar"));
    ClassLoader previous = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader shared = new URLClassLoader(new URL[] {parentJar.toUri().toURL()}, null);
        URLClassLoader app =
            new URLClassLoader(new URL[] {folder.resolve("my classes").toUri().toURL()}, shared)) {
      Thread.currentThread().setContextClassLoader(app);
      CurrentJvm maven = jvm("17", "-Xmx1g", "-cp", "y", "maven.Main", "a");
      assertThat(argv(JvmCommand.ofMainClass(maven, "com.example.App")))
          .contains("--class-path=" + folder.resolve("my classes") + ":" + parentJar);
      assertThat(argv(JvmCommand.ofMainClass(maven, "com.example.Missing")))
          .contains("--class-path=/cwd/from:/cwd/environment");
    } finally {
      Thread.currentThread().setContextClassLoader(previous);
    }
  }

  @Test
  void suffixOfDeletedFileIsRemovedUnlessItIsPartOfName(@TempDir Path folder) throws IOException {
    Path directory = Files.createDirectory(folder.resolve("x (deleted)"));
    Path link = Files.createSymbolicLink(folder.resolve("cwd"), directory);
    assertThat(CurrentJvm.readLink(link.toString(), "/")).isEqualTo(directory.toString());
    Files.delete(directory);
    assertThat(CurrentJvm.readLink(link.toString(), "/")).isEqualTo(folder.resolve("x").toString());
  }

  @Test
  void mainClassIsLaunchedWithOptionsAndClassPathOfJvm() {
    CurrentJvm surefire = jvm("17", "-Xmx1g", "-cp", "y", "-jar", "surefirebooter.jar", "a");
    assertThat(argv(JvmCommand.ofMainClass(surefire, "com.example.App")))
        .containsExactly(
            "-Xmx1g", "--class-path=/cwd/from:/cwd/environment", UNSAFE, "com.example.App");
  }

  @Test
  void modularMainClassIsLaunchedAsModule() {
    assertThat(argv(JvmCommand.ofMainClass(jvm("17", "-p", "m", "-m", "x/X"), "y/Y")))
        .containsExactly(
            "--module-path=/cwd/m",
            "--class-path=/cwd/from:/cwd/environment",
            UNSAFE,
            "--module",
            "y/Y");
  }

  @Test
  void customCommandIsUsedUnchanged() {
    Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", "-Xdebug", "A", "b");
    CurrentJvm jvm =
        new CurrentJvm(List.of(), "/jdk/bin/java", "/cwd", properties("17"), environment);
    JvmCommand command = JvmCommand.ofCommand(jvm, List.of("./run", "worker"));
    LaunchCommand relaunch = command.buildCommand(List.of(), List.of("x"), DIRECTORY, environment);
    assertThat(relaunch.argv()).containsExactly("./run", "worker", "x");
    assertThat(relaunch.environment()).containsExactly(Map.entry("A", "b"));
    assertThat(command.program()).isEqualTo("./run");
    assertThatThrownBy(() -> argv(command, "-Xmx1g"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[-Xmx1g]")
        .hasMessageContaining("put the options into it");
  }

  @Test
  void jpackageAppIsLaunchedWithOptionsInEnvironment() {
    CurrentJvm jvm = jvm("17", Map.of("jpackage.app-path", "/opt/app/bin/app"), "a");
    JvmCommand command = JvmCommand.current(jvm);
    LaunchCommand relaunch =
        command.buildCommand(
            List.of("-Da=b c"),
            List.of("x"),
            DIRECTORY,
            Map.of("_JAVA_OPTIONS", "-Dy=1", "_JPACKAGE_LAUNCHER", "0"));
    assertThat(relaunch.argv()).containsExactly("/opt/app/bin/app", "x");
    assertThat(relaunch.environment())
        .containsExactly(Map.entry("_JAVA_OPTIONS", "-Dy=1 -Da=b\" \"c"));
    assertThat(command.programArguments()).containsExactly("a");
    assertThatThrownBy(() -> JvmCommand.ofMainClass(jvm, "App"))
        .isInstanceOf(NotRelaunchableException.class)
        .hasMessageContaining("/opt/app/bin/app");
  }

  @Test
  void nativeImageRejectsJvmOptions() {
    JvmCommand command =
        JvmCommand.current(jvm("17", Map.of("org.graalvm.nativeimage.imagecode", "runtime"), "a"));
    assertThat(command.buildCommand(List.of(), List.of("x"), DIRECTORY, Map.of()).argv())
        .containsExactly("/jdk/bin/java", "x");
    assertThatThrownBy(() -> argv(command, "-Xmx1g"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a native image, which has no JVM");
  }

  @ParameterizedTest
  @ValueSource(strings = {"App", "-jar", "-jar|x.jar", "--module=m/C", "-cp", "-Dx|y", "@/no/file"})
  void additionalOptionsRejectProgram(String words) {
    JvmCommand command = JvmCommand.current(jvm("17", "-cp", "x", "App"));
    assertThatThrownBy(() -> argv(command, words.split("\\|")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void argumentFileRewrittenForAnotherProgramIsIgnored(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("f"), "-cp x Other");
    Map<String, String> properties = properties("17");
    properties.put("sun.java.command", "App a");
    CurrentJvm jvm =
        new CurrentJvm(
            List.of("java", "@f", "a"),
            "/jdk/bin/java",
            directory.toString(),
            properties,
            Map.of());
    assertThat(JvmCommand.current(jvm).program()).isEqualTo("App");
    properties.put("sun.java.command", "Other a");
    assertThat(JvmCommand.current(jvm).program()).isEqualTo("Other");
  }

  @Test
  void otherJavaExecutableIsRejected() {
    CurrentJvm jvm =
        new CurrentJvm(List.of("jshell"), "/jdk/bin/jshell", "/cwd", properties("17"), Map.of());
    assertThatThrownBy(() -> JvmCommand.current(jvm))
        .isInstanceOf(NotRelaunchableException.class)
        .hasMessageContaining("it was started by /jdk/bin/jshell");
  }

  private static List<String> argv(JvmCommand command, String... options) {
    List<String> argv =
        command.buildCommand(List.of(options), List.of(), DIRECTORY, Map.of()).argv();
    assertThat(argv.get(0)).isEqualTo("/jdk/bin/java");
    return argv.subList(1, argv.size());
  }

  private static CurrentJvm jvm(String release, String... tail) {
    return jvm(release, Map.of(), tail);
  }

  private static CurrentJvm jvm(String release, Map<String, String> more, String... tail) {
    List<String> commandLine = new ArrayList<>(List.of("java"));
    commandLine.addAll(List.of(tail));
    Map<String, String> properties = properties(release);
    properties.putAll(more);
    return new CurrentJvm(commandLine, "/jdk/bin/java", "/cwd", properties, Map.of());
  }

  private static Map<String, String> properties(String release) {
    Map<String, String> properties = new HashMap<>();
    properties.put("java.specification.version", release);
    properties.put("java.class.path", "from:environment");
    properties.put("java.home", "/jdk");
    return properties;
  }
}
