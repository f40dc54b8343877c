package io.luhproc.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the packaged jar with the commands of the README. */
@Tag("process")
final class ExampleJarIT {
  private static final Path JAR =
      Path.of(System.getProperty("luhproc.target", "target"), "example-app.jar");

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
