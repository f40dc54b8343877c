package io.luhproc.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the app with real workers.
 *
 * <p>A command runs in its own JVM if it launches a worker or its output depends on the working
 * directory. The others run in this JVM, which is faster; {@link ExampleJarIT} runs them in theirs.
 */
@Tag("process")
final class DocSearchProcessTest {
  private static final int FILES = 1_000;

  @TempDir private Path home;
  private Path folder;

  @BeforeEach
  void prepare() throws IOException {
    folder = Files.createDirectory(home.resolve("my docs 🎉")).toRealPath();
  }

  @AfterEach
  void stopAll() throws Exception {
    run("stop", "INDEXER", "--all", "--rm");
    if (Files.exists(AppRun.workerRoot(home))) {
      try (Stream<Path> remaining = Files.list(AppRun.workerRoot(home))) {
        assertThat(remaining).isEmpty();
      }
    }
  }

  @Test
  void folderIsSearchableWhileIndexedInTheBackground() throws Exception {
    for (int i = 0; i < FILES; i++) {
      write("d" + i % 20 + "/f" + i + ".txt", "first line\nthis is needleNumber" + i + " here\n");
    }
    AppRun index = runMain("index", "--wait", folder.toString());
    assertThat(index.exit()).as(index.toString()).isZero();
    assertThat(index.out())
        .contains("indexing " + folder + " in the background (pid ")
        .contains("stop INDEXER '" + folder + "'")
        .contains(FILES + " files seen, " + FILES + " read");

    AppRun search = runMain("search", "needle_number777");
    assertThat(search)
        .isEqualTo(new AppRun(0, "my docs 🎉/d17/f777.txt:2: this is needleNumber777 here\n", ""));
    assertThat(AppRun.runMain(home, folder, "search", "needlenumber777").out())
        .isEqualTo("d17/f777.txt:2: this is needleNumber777 here\n");

    write("d17/f777.txt", "nothing of it");
    write("new 🎉/file.txt", "needleNumber777 again");
    awaitFound("needleNumber777", folder + "/new 🎉/file.txt:1: needleNumber777 again\n");
    Files.delete(folder.resolve("new 🎉/file.txt"));
    awaitFound("needleNumber777", "");

    AppRun stop = run("stop", "INDEXER", folder.toString());
    assertThat(stop.exit()).as(stop.toString()).isZero();
    assertThat(run("logs", "INDEXER", folder.toString(), "--stderr").out()).isEmpty();
    assertThat(run("info", "INDEXER", folder.toString()).out()).contains("end: stopped by SIGTERM");
    assertThat(run("stop", "INDEXER", folder.toString()).exit()).isZero();
    AppRun status = run("status", folder.toString(), "-o", "json");
    assertThat(status.out())
        .contains("\"running\":false", "\"phase\":\"stopped\"", "\"files\":" + FILES);
    assertThat(run("search", "needleNumber5").exit()).as("after the stop").isZero();
  }

  @Test
  void secondIndexCommandReportsTheRunningWorker() throws Exception {
    write("a.txt", "red");
    String first = runMain("index", folder.toString(), "--wait").out();
    Path link = Files.createSymbolicLink(home.resolve("link"), folder);
    AppRun second = runMain("index", link.toString(), "--wait");
    assertThat(second.exit()).isZero();
    String pid = first.replaceAll("(?s).*\\(pid (\\d+)\\).*", "$1");
    assertThat(second.out()).contains("already indexing " + folder + " (pid " + pid + ")");
  }

  @Test
  void eachFolderGetsAWorkerOfItsOwn() throws Exception {
    write("a/x.txt", "red");
    write("b/y.txt", "blue");
    Path a = folder.resolve("a");
    Path b = folder.resolve("b");

    AppRun index = runMain("index", "--wait", a.toString(), b.toString());

    assertThat(index.exit()).as(index.toString()).isZero();
    assertThat(index.out()).contains("indexing " + a + " in", "indexing " + b + " in");
    assertThat(run("list", "-q").out()).contains(a.toString(), b.toString());
    assertThat(run("index", a.toString(), folder + "/none").exit()).isNotZero();
  }

  @Test
  void engineThatCannotBeUsedIsNamed() throws Exception {
    write("a.txt", "red");
    AppRun unknown = run("index", folder.toString(), "--engine", "moon:base");
    assertThat(unknown.exit()).isNotZero();
    assertThat(unknown.err()).contains("moon:base", "use one of local", "k8s", "slurm");
    assertThat(run("index", folder.toString(), "--engine", "moon").exit()).isEqualTo(2);
    assertThat(run("index", folder.toString(), "--engine", "k8s:x", "--wait").exit()).isEqualTo(2);
    assertThat(run("list", "--engine", "moon:base").err()).contains("use one of local");
  }

  @Test
  void statusReportsFailureWhenFolderIsRemoved() throws Exception {
    write("a.txt", "red");
    assertThat(runMain("index", folder.toString(), "--wait").exit()).isZero();
    Files.move(folder, home.resolve("elsewhere"));
    Files.writeString(home.resolve("elsewhere/b.txt"), "blue");
    assertThat(Eventually.holds(() -> run("info", "INDEXER", folder.toString()).exit() == 1))
        .isTrue();
    AppRun status = run("status", folder.toString());
    assertThat(status.out()).contains("failed", "is gone", "no indexer is running");
    assertThat(run("search", "red", "-f", folder.toString()).exit()).isZero();
  }

  @Test
  void searchNamesTheRemedyWhenNothingIsIndexed() throws Exception {
    assertThat(run("search", "red"))
        .isEqualTo(
            new AppRun(3, "", "docsearch: nothing is indexed yet; run: docsearch index FOLDER\n"));
    AppRun named = run("search", "red", "-f", folder.toString());
    assertThat(named.exit()).isEqualTo(3);
    assertThat(named.err()).contains("run: docsearch index '" + folder + "'");
  }

  @Test
  void invalidArgumentsAreRefused() throws Exception {
    assertThat(run("search").exit()).isEqualTo(2);
    assertThat(run("search", "***").err())
        .startsWith("docsearch: WORDS must contain a letter or digit");
    assertThat(run("search", "x", "-n", "0").exit()).isEqualTo(2);
    assertThat(run("index", folder.toString(), "--max-size", "17").exit()).isEqualTo(2);
    AppRun none = run("index", folder + "/none");
    assertThat(none.err()).isEqualTo("docsearch: cannot index " + folder + "/none: not a folder\n");
    assertThat(run("index", folder.toString(), "--wait=soon").exit()).isEqualTo(2);
  }

  @Test
  void searchExitsWith1WhenNothingIsFound() throws Exception {
    write("a.txt", "red");
    assertThat(runMain("index", folder.toString(), "--wait").exit()).isZero();
    AppRun search = run("search", "blue");
    assertThat(search).isEqualTo(new AppRun(1, "", "docsearch: nothing found in " + folder + "\n"));
  }

  private void awaitFound(String words, String expected) throws InterruptedException {
    boolean found = Eventually.holds(() -> run("search", words).out().equals(expected));
    assertThat(found).as("found: %s", run("search", words)).isTrue();
  }

  private AppRun run(String... arguments) {
    return AppRun.runHere(home, arguments);
  }

  private AppRun runMain(String... arguments) throws IOException, InterruptedException {
    return AppRun.runMain(home, arguments);
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
