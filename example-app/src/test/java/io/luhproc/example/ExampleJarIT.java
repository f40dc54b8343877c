package io.luhproc.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the packaged jar with the commands of the README. */
@Tag("process")
final class ExampleJarIT {
  private static final Path JAR =
      Path.of(System.getProperty("luhproc.target", "target"), "example-app.jar");

  private static final Path LAUNCHER = JAR.resolveSibling("example-app").toAbsolutePath();

  private static final String ARCHIVE = "cli-.*[0-9]\\.(jsa|aot)";

  @TempDir private Path home;

  @AfterEach
  void stopAll() throws Exception {
    runJar("stop", "INDEXER", "--all");
  }

  @Test
  void jarIndexesInTheBackgroundSearchesAndStops() throws Exception {
    Path folder = Files.createDirectory(home.resolve("docs")).toRealPath();
    Files.writeString(folder.resolve("a.txt"), "one\na process directory\n");

    AppRun index = runJar("index", "--wait", folder.toString());
    assertThat(index.exit()).as(index.toString()).isZero();
    assertThat(index.out())
        .contains("indexing " + folder + " in the background (pid ")
        .contains("stop:     java -jar ")
        .contains("watching: 1 files seen, 1 read");

    assertThat(runJar("search", "process", "directory"))
        .isEqualTo(new AppRun(0, "docs/a.txt:2: a process directory\n", ""));
    assertThat(runJar("status", folder.toString()).out()).contains("pid ", "1 files in the index");
    assertThat(runJar("list").out())
        .containsPattern("(?m)^INDEXER +ready +\\d+ .* " + folder + "$");
    assertThat(runJar("logs", "INDEXER", folder.toString(), "--stderr"))
        .isEqualTo(new AppRun(0, "", ""));

    AppRun stop = runJar("stop", "--rm", "INDEXER", folder.toString());
    assertThat(stop.exit()).as(stop.toString()).isZero();
    assertThat(runJar("info", "INDEXER", folder.toString()).exit()).isEqualTo(3);
    assertThat(home.resolve("luhproc")).isEmptyDirectory();
  }

  @Test
  void launcherUsesClassArchiveThatWorkersDoNotInherit() throws Exception {
    String folder = Files.createDirectory(home.resolve("docs")).toRealPath().toString();
    AppRun index = runLauncher("index", "--wait", folder);
    assertThat(index.out()).contains("stop:     " + LAUNCHER + " stop INDEXER ");
    assertThat(Eventually.holds(() -> list("cache/luhproc", ARCHIVE).size() == 1)).isTrue();

    assertThat(runLauncher("info", "INDEXER", folder))
        .satisfies(it -> assertThat(it.err()).isEmpty())
        .satisfies(it -> assertThat(it.out()).contains("state: ready"));
    String pid = Files.readString(list("luhproc", "indexer-.*").get(0).resolve("pid")).strip();
    assertThat(Files.readString(Path.of("/proc", pid, "cmdline")))
        .contains(DocSearch.class.getName())
        .doesNotContain("TieredStopAtLevel", "luhproc.launcher", "cli-");
  }

  private AppRun runLauncher(String... arguments) throws IOException, InterruptedException {
    return AppRun.runLauncher(LAUNCHER, home, arguments);
  }

  private List<Path> list(String folder, String pattern) {
    try (Stream<Path> files = Files.list(home.resolve(folder))) {
      return files.filter(it -> it.getFileName().toString().matches(pattern)).toList();
    } catch (IOException expected) {
      // It does not exist yet.
      return List.of();
    }
  }

  @Test
  void helpAndVersionDescribeTheApp() throws Exception {
    assertThat(runJar("--version")).isEqualTo(new AppRun(0, "docsearch 0.1.0\n", ""));
    assertThat(runJar("--help").out())
        .startsWith("Usage: docsearch [-hV] [COMMAND]\nFull-text search over folders")
        .contains("  index ", "  search ", "  status ", "  start ", "  completion ");
  }

  private AppRun runJar(String... arguments) throws IOException, InterruptedException {
    return AppRun.runJar(JAR, home, arguments);
  }
}
