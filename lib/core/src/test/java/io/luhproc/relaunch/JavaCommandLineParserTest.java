package io.luhproc.relaunch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.relaunch.LaunchTarget.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests parsing of command lines and argument files. */
final class JavaCommandLineParserTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-Xmx1g App a b                     | -Xmx1g                  | CLASS  | App     | a b",
        "-cp x App                          | --class-path=x          | CLASS  | App     | ''",
        "-classpath x App -cp y             | --class-path=x          | CLASS  | App     | -cp y",
        "--class-path x App                 | --class-path=x          | CLASS  | App     | ''",
        "--class-path=x App                 | --class-path=x          | CLASS  | App     | ''",
        "-p x -m m/C a                      | --module-path=x         | MODULE | m/C     | a",
        "--module-path x --module m -Da     | --module-path=x         | MODULE | m       | -Da",
        "--module-path=x --module=m/C a     | --module-path=x         | MODULE | m/C     | a",
        "-jar a.jar -jar b                  | ''                      | JAR    | a.jar   | -jar b",
        "-jar -Dx=1 a.jar b                 | -Dx=1                   | JAR    | a.jar   | b",
        "--add-opens a/b=c App              | --add-opens=a/b=c       | CLASS  | App     | ''",
        "--add-exports a/b=c App            | --add-exports=a/b=c     | CLASS  | App     | ''",
        "--add-reads a=b App                | --add-reads=a=b         | CLASS  | App     | ''",
        "--add-modules a App                | --add-modules=a         | CLASS  | App     | ''",
        "--limit-modules a App              | --limit-modules=a       | CLASS  | App     | ''",
        "--patch-module a=b App             | --patch-module=a=b      | CLASS  | App     | ''",
        "--upgrade-module-path a App        | --upgrade-module-path=a | CLASS  | App     | ''",
        "--enable-native-access a App       | --enable-native-access=a| CLASS  | App     | ''",
        "--source 17 script a               | --source=17             | SOURCE | script  | a",
        "--source=17 script a               | --source=17             | SOURCE | script  | a",
        "--enable-preview -ea -esa App      | --enable-preview -ea -esa | CLASS| App     | ''",
        "--finalization=disabled App        | --finalization=disabled | CLASS  | App     | ''",
        "--illegal-native-access=deny App   | --illegal-native-access=deny | CLASS | App | ''",
        "--disable-@files -cp @x App @y     | --class-path=@x         | CLASS  | App     | @y",
        "@@x a                              | ''                      | CLASS  | @x      | a",
        "App @file                          | ''                      | CLASS  | App     | @file",
        "@                                  | ''                      | CLASS  | @       | ''",
        "no.such.java                       | ''                      | CLASS  | no.such.java | ''",
      })
  void commandLineIsParsedLikeJavaLauncher(
      String line, String options, Kind kind, String name, String arguments) throws IOException {
    JavaCommandLine parsed = parse(splitAtSpaces(line));
    assertThat(parsed.options()).isEqualTo(splitAtSpaces(options));
    assertThat(parsed.target()).isEqualTo(new LaunchTarget(kind, name));
    assertThat(parsed.arguments()).isEqualTo(splitAtSpaces(arguments));
  }

  @Test
  void argumentsWithSpacesAndEmptyArgumentsAreKept() throws IOException {
    assertThat(parse(List.of("App", "", "a b", "\n")).arguments()).containsExactly("", "a b", "\n");
  }

  @Test
  void existingJavaFileIsSourceTarget() throws IOException {
    Files.createFile(directory.resolve("App.java"));
    assertThat(parse(List.of("App.java", "a")).target())
        .isEqualTo(new LaunchTarget(Kind.SOURCE, "App.java"));
  }

  @Test
  void argumentFileIsExpanded() throws IOException {
    Files.writeString(directory.resolve("f"), "-cp 'a b'\nApp x @y # end");
    JavaCommandLine parsed = parse(List.of("-Dx=1", "@f", "z", "@f"));
    assertThat(parsed.options()).containsExactly("-Dx=1", "--class-path=a b");
    assertThat(parsed.target()).isEqualTo(new LaunchTarget(Kind.CLASS, "App"));
    assertThat(parsed.arguments()).containsExactly("x", "@y", "z", "@f");
  }

  @Test
  void argumentFileMayHoldOnlyOptionValue() throws IOException {
    Files.writeString(directory.resolve("f"), "lib/*");
    assertThat(parse(List.of("-cp", "@f", "App")).options()).containsExactly("--class-path=lib/*");
  }

  @Test
  void parseFailsWhenArgumentFileIsMissing() {
    assertThatThrownBy(() -> parse(List.of("@gone", "App")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void parseFailsWhenOptionValueIsMissing() {
    assertThatThrownBy(() -> parse(List.of("-cp")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("option --class-path must be followed by its value");
  }

  private JavaCommandLine parse(List<String> words) throws IOException {
    return new JavaCommandLineParser(new PathResolver(directory.toString())).parse(words);
  }

  private static List<String> splitAtSpaces(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" +"));
  }
}
