package io.luhproc.process;

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

final class OptionVariablesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
  void debuggerAndPortsLeaveEachVariable(String name) {
    String text = "-Xmx64m '-agentlib:jdwp=transport=dt_socket' -Dcom.sun.management.x=1 -Da='b c'";
    assertThat(clean(Map.of(name, text))).containsExactly(Map.entry(name, "-Xmx64m -Da=b\" \"c"));
  }

  @Test
  void aVariableThatIsLeftEmptyIsRemoved() {
    assertThat(clean(Map.of("JAVA_TOOL_OPTIONS", " -Xdebug ", "HOME", "/x")))
        .containsExactly(Map.entry("HOME", "/x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"  -Da='b c'   -Xmx1g ", "-Da='left open", "--add-opens a/b=c", "-Xlog:gc"})
  void aVariableWithNothingToDropStaysAsItIs(String text) {
    Map<String, String> environment = Map.of("JAVA_TOOL_OPTIONS", text, "_JAVA_OPTIONS", text);
    assertThat(clean(environment)).isEqualTo(environment);
    assertThat(clean(Map.of("JDK_JAVA_OPTIONS", text))).containsEntry("JDK_JAVA_OPTIONS", text);
  }

  @Test
  void theLaunchersVariableHasValuesInWordsOfTheirOwn() {
    assertThat(clean(Map.of("JDK_JAVA_OPTIONS", "-cp lib/a:b --add-opens a/b=c -Xdebug")))
        .containsEntry(
            "JDK_JAVA_OPTIONS",
            "--class-path=" + directory + "/lib/a:" + directory + "/b --add-opens=a/b=c");
  }

  @Test
  void anArgumentFileInTheLaunchersVariableIsCleanedToo() throws IOException {
    Files.writeString(directory.resolve("f"), "-Xdebug -Da=1");
    assertThat(clean(Map.of("JDK_JAVA_OPTIONS", "@f -ea")))
        .containsEntry("JDK_JAVA_OPTIONS", "-Da=1 -ea");
  }

  @Test
  void aValueThatIsNotInheritedWasChosenForTheWorker() {
    AbsolutePaths paths = new AbsolutePaths(directory.toString());
    Map<String, String> chosen = Map.of("JAVA_TOOL_OPTIONS", "-agentlib:jdwp=address=1");
    Map<String, String> inherited = Map.of("JAVA_TOOL_OPTIONS", "-agentlib:jdwp=address=2");
    OptionRules rules = new OptionRules(paths, "/worker");
    assertThat(new OptionVariables(rules, inherited).clean(chosen)).isEqualTo(chosen);
    assertThat(new OptionVariables(rules, Map.of()).clean(chosen)).isEqualTo(chosen);
  }

  @Test
  void theMarkOfAPackagedLauncherIsRemoved() {
    assertThat(clean(Map.of("_JPACKAGE_LAUNCHER", "0"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "it's", "\"", "'\"'", "\t\n", "-Dx='y'\"z\""})
  void whatIsJoinedIsReadBack(String word) {
    assertThat(OptionText.words(OptionText.join(List.of(word, "x", word))))
        .containsExactly(word, "x", word);
  }

  private Map<String, String> clean(Map<String, String> environment) {
    AbsolutePaths paths = new AbsolutePaths(directory.toString());
    return new OptionVariables(new OptionRules(paths, "/worker"), environment).clean(environment);
  }
}
