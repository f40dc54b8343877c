package io.luhproc.relaunch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the rewriting of environment variables with JVM options. */
final class OptionEnvironmentTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
  void unshareableOptionsAreRemovedFromEachVariable(String name) {
    String text = "-Xmx64m '-agentlib:jdwp=transport=dt_socket' -Dcom.sun.management.x=1 -Da='b c'";
    assertThat(rewrite(Map.of(name, text))).containsExactly(Map.entry(name, "-Xmx64m -Da=b\" \"c"));
  }

  @Test
  void emptiedVariableIsRemoved() {
    assertThat(rewrite(Map.of("JAVA_TOOL_OPTIONS", " -Xdebug ", "HOME", "/x")))
        .containsExactly(Map.entry("HOME", "/x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"  -Da='b c'   -Xmx1g ", "-Da='left open", "--add-opens a/b=c", "-Xlog:gc"})
  void variableWithoutUnshareableOptionsIsUnchanged(String text) {
    Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", text, "_JAVA_OPTIONS", text);
    assertThat(rewrite(environment)).isEqualTo(environment);
    assertThat(rewrite(Map.of("JDK_JAVA_OPTIONS", text))).containsEntry("JDK_JAVA_OPTIONS", text);
  }

  @Test
  void jdkJavaOptionsAcceptsSeparateOptionValues() {
    assertThat(rewrite(Map.of("JDK_JAVA_OPTIONS", "-cp lib/a:b --add-opens a/b=c -Xdebug")))
        .containsEntry(
            "JDK_JAVA_OPTIONS",
            "--class-path=" + directory + "/lib/a:" + directory + "/b --add-opens=a/b=c");
  }

  @Test
  void argumentFileInJdkJavaOptionsIsRewritten() throws IOException {
    Files.writeString(directory.resolve("f"), "-Xdebug -Da=1");
    assertThat(rewrite(Map.of("JDK_JAVA_OPTIONS", "@f -ea")))
        .containsEntry("JDK_JAVA_OPTIONS", "-Da=1 -ea");
  }

  @Test
  void valueNotInheritedIsUnchanged() {
    PathResolver pathResolver = new PathResolver(directory.toString());
    Map<String, String> explicit = Map.of("JAVA_TOOL_OPTIONS", "-agentlib:jdwp=address=1");
    Map<String, String> inherited = Map.of("JAVA_TOOL_OPTIONS", "-agentlib:jdwp=address=2");
    JvmOptionRewriter rewriter = new JvmOptionRewriter(pathResolver, "/worker");
    assertThat(new OptionEnvironment(rewriter, inherited).rewrite(explicit)).isEqualTo(explicit);
    assertThat(new OptionEnvironment(rewriter, Map.of()).rewrite(explicit)).isEqualTo(explicit);
  }

  @Test
  void jpackageLauncherVariableIsRemoved() {
    assertThat(rewrite(Map.of("_JPACKAGE_LAUNCHER", "0"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "it's", "\"", "'\"'", "\t\n", "-Dx='y'\"z\""})
  void joinedOptionsAreTokenizedUnchanged(String word) {
    assertThat(OptionTokenizer.tokenize(OptionTokenizer.join(List.of(word, "x", word))))
        .containsExactly(word, "x", word);
  }

  private Map<String, String> rewrite(Map<String, String> environment) {
    PathResolver pathResolver = new PathResolver(directory.toString());
    return new OptionEnvironment(new JvmOptionRewriter(pathResolver, "/worker"), environment)
        .rewrite(environment);
  }
}
