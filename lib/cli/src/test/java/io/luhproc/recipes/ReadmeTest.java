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
import org.junit.jupiter.api.Test;

/** Compares the README with what it speaks of. */
class ReadmeTest {
  // The tests run in lib/cli.
  private static final Path README = Path.of("../../README.md");
  private static final Path RECIPES = Path.of("src/test/java/io/luhproc/recipes");

  @Test
  void readmeSnippetsMatchTestedRecipes() throws IOException {
    Map<String, String> tested = new LinkedHashMap<>();
    for (String file :
        List.of("RecipeApp.java", "RecipesProcessTest.java", "SupervisorRecipesProcessTest.java")) {
      tested.putAll(markedRecipes(Files.readAllLines(RECIPES.resolve(file))));
    }

    assertThat(blocks("java")).containsExactlyInAnyOrderElementsOf(tested.values());
  }

  @Test
  void readmeListsEveryExitCode() throws IOException {
    List<String> rows = new ArrayList<>();
    for (ExitCode code : ExitCode.values()) {
      rows.add("| " + code.code() + " | " + code.description() + " |");
    }

    assertThat(Files.readAllLines(README)).containsSubsequence(rows);
  }

  @Test
  void readmeBuildCommandMatchesCiScript() throws IOException {
    assertThat(blocks("sh")).contains("mvn verify\n");
    assertThat(Files.readString(Path.of("../../.ci/run"))).contains("mvn -B -ntp verify");
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

  private static List<String> blocks(String language) throws IOException {
    List<String> blocks = new ArrayList<>();
    StringBuilder open = null;
    for (String line : Files.readAllLines(README)) {
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
}
