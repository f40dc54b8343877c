package io.luhproc.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the READMEs of the project and its modules with the code that they show. */
class ReadmeTest {
  // The tests run in the directory of a module, lib/cli.
  private static final Path PROJECT = Path.of("../..");
  private static final Path README = PROJECT.resolve("README.md");
  private static final Path CLI_README = PROJECT.resolve("lib/cli/README.md");
  private static final Path CORE_README = PROJECT.resolve("lib/core/README.md");
  private static final Path RECIPES = PROJECT.resolve("lib/cli/src/test/java/io/luhproc/recipes");
  private static final String EXIT_CODE_HEADER = "| code | meaning |";

  @Test
  void readmeSnippetsMatchTestedRecipes() throws IOException {
    Map<String, String> tested = new LinkedHashMap<>();
    for (Path file : recipeFiles()) {
      tested.putAll(markedRecipes(Files.readAllLines(file)));
    }
    List<String> shown = new ArrayList<>();
    for (Path readme : readmes()) {
      List<String> blocks = blocks(readme, "java");
      assertThat(blocks).doesNotHaveDuplicates();
      shown.addAll(blocks);
    }

    // A recipe may be shown in several READMEs.
    assertThat(shown).hasSameElementsAs(tested.values());
  }

  @Test
  void readmesListEveryExitCode() throws IOException {
    List<String> rows = new ArrayList<>();
    for (ExitCode code : ExitCode.values()) {
      rows.add("| " + code.code() + " | " + code.description() + " |");
    }

    assertThat(rowsBelow(EXIT_CODE_HEADER, CLI_README)).isEqualTo(rows);
    for (Path readme : readmes()) {
      assertThat(rowsBelow(EXIT_CODE_HEADER, readme)).isIn(rows, List.of());
    }
  }

  @Test
  void readmeBuildCommandMatchesCiScript() throws IOException {
    assertThat(blocks(README, "sh")).contains("mvn verify\n");
    assertThat(Files.readString(PROJECT.resolve(".ci/run"))).contains("mvn -B -ntp verify");
  }

  private static List<Path> readmes() {
    return Stream.of(README, CLI_README, CORE_README).filter(Files::exists).toList();
  }

  private static List<Path> recipeFiles() throws IOException {
    try (Stream<Path> files = Files.list(RECIPES)) {
      return files.filter(file -> !file.endsWith("ReadmeTest.java")).sorted().toList();
    }
  }

  private static Map<String, String> markedRecipes(List<String> lines) {
    Map<String, String> recipes = new LinkedHashMap<>();
    List<String> open = null;
    String name = "";
    for (String line : lines) {
      if (line.strip().startsWith("// recipe: ")) {
        open = new ArrayList<>();
        name = line.strip();
      } else if (open != null && line.strip().equals("// end")) {
        recipes.put(name, dedented(open));
        open = null;
      } else if (open != null) {
        open.add(line);
      }
    }
    return recipes;
  }

  private static String dedented(List<String> lines) {
    return String.join("\n", lines).stripTrailing().stripIndent() + "\n";
  }

  private static List<String> blocks(Path readme, String language) throws IOException {
    List<String> blocks = new ArrayList<>();
    StringBuilder open = null;
    for (String line : Files.readAllLines(readme)) {
      if (open == null && line.equals("```" + language)) {
        open = new StringBuilder();
      } else if (open != null && line.equals("```")) {
        blocks.add(open.toString());
        open = null;
      } else if (open != null) {
        open.append(line).append('\n');
      }
    }
    return blocks;
  }

  private static List<String> rowsBelow(String header, Path readme) throws IOException {
    return Files.readAllLines(readme).stream()
        .dropWhile(line -> !line.equals(header))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .toList();
  }
}
