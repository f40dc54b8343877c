package io.luhproc.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderIndexerTest {

  @TempDir private Path base;
  private Path folder;
  private IndexLocation location;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private FolderIndexer indexer;
  private Future<?> running;

  @BeforeEach
  void prepare() throws IOException {
    folder = Files.createDirectory(base.resolve("folder with space 🎉"));
    IndexRoot root = new IndexRoot(base.resolve("cache"));
    location = root.locationOf(folder);
    root.createDirectory(location);
  }

  @AfterEach
  void cleanUp() throws Exception {
    if (running != null && !running.isDone()) {
      stop();
    }
    close();
    thread.shutdown();
    assertThat(thread.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void existingFilesAreIndexedAndChangesFollow() throws Exception {
    write("a.txt", "red");
    write("deep/er/b.txt", "red");
    start();
    awaitFound("red", "a.txt", "deep/er/b.txt");
    write("a.txt", "blue");
    awaitFound("blue", "a.txt");
    awaitFound("red", "deep/er/b.txt");
    write("new/dir/c 🎉.txt", "blue");
    awaitFound("blue", "a.txt", "new/dir/c 🎉.txt");
    Files.delete(folder.resolve("a.txt"));
    awaitFound("blue", "new/dir/c 🎉.txt");
  }

  @Test
  void renamedDirectoryIsIndexedUnderItsNewName() throws Exception {
    write("old/in/a.txt", "red");
    start();
    awaitFound("red", "old/in/a.txt");
    Files.move(folder.resolve("old"), folder.resolve("new"));
    awaitFound("red", "new/in/a.txt");
    write("new/in/b.txt", "green");
    awaitFound("green", "new/in/b.txt");
    write("old/in/c.txt", "green");
    awaitFound("green", "new/in/b.txt", "old/in/c.txt");
  }

  @Test
  void directoryIsIndexedAgainWhenReplaced() throws Exception {
    write("d/a.txt", "red");
    write("d/b.txt", "red");
    Path other = Files.createDirectory(base.resolve("other"));
    Files.writeString(other.resolve("a.txt"), "red");
    start();
    awaitFound("red", "d/a.txt", "d/b.txt");
    Files.move(folder.resolve("d"), base.resolve("aside"));
    Files.move(other, folder.resolve("d"));
    awaitFound("red", "d/a.txt");
    write("d/c.txt", "red");
    awaitFound("red", "d/a.txt", "d/c.txt");
  }

  @Test
  void onlyChangedFilesAreReadAfterRestart() throws Exception {
    write("same.txt", "red");
    write("changed.txt", "red");
    write("gone.txt", "red");
    Files.write(folder.resolve("image.bin"), new byte[] {1, 0, 2});
    start();
    awaitFound("red", "same.txt", "changed.txt", "gone.txt");
    stop();
    close();
    write("changed.txt", "a longer red");
    Files.delete(folder.resolve("gone.txt"));
    start();
    awaitFound("red", "same.txt", "changed.txt");
    IndexStatus status = awaitPhase(Phase.WATCHING);
    assertThat(status.count(Counter.READ)).isEqualTo(1);
    assertThat(status.count(Counter.UNCHANGED)).isEqualTo(2);
    assertThat(status.count(Counter.REMOVED)).isEqualTo(1);
    assertThat(status.files()).isEqualTo(3);
  }

  @Test
  void hiddenBuildBinaryAndSpecialFilesAreSkipped() throws Exception {
    write(".git/a.txt", "red");
    write("target/b.txt", "red");
    write("node_modules/c.txt", "red");
    write(".hidden.txt", "red");
    Files.createSymbolicLink(folder.resolve("loop"), folder);
    Files.createSymbolicLink(folder.resolve("link.txt"), folder.resolve(".hidden.txt"));
    Files.write(
        folder.resolve("binary"), "red\0".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    write("large.txt", "red ".repeat(20_000));
    makePipe("pipe.txt");
    start();
    awaitFound("red", ".hidden.txt");
    write("target/d.txt", "red");
    write("last.txt", "blue");
    awaitFound("blue", "last.txt");
    awaitFound("red", ".hidden.txt");
    IndexStatus status = awaitPhase(Phase.WATCHING);
    assertThat(status.count(Counter.BINARY)).isEqualTo(1);
    assertThat(status.count(Counter.LARGE)).isEqualTo(1);
  }

  @Test
  void indexerFailsAndKeepsIndexWhenFolderIsRemoved() throws Exception {
    write("a.txt", "red");
    start();
    awaitFound("red", "a.txt");
    awaitPhase(Phase.WATCHING);
    Files.move(folder, base.resolve("elsewhere"));
    Files.writeString(base.resolve("elsewhere/b.txt"), "red");
    assertThatThrownBy(() -> running.get(20, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(DocSearchException.class)
        .hasMessageContaining("is gone")
        .hasMessageContaining(folder.toString());
    close();
    awaitFound("red", "a.txt");
  }

  @Test
  void indexMatchesFolderAfterManyCreationsAndDeletions() throws Exception {
    start();
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 100; i++) {
        write("d" + i % 10 + "/f" + i + ".txt", "red " + round);
      }
      for (int i = 0; i < 100; i += 2) {
        Files.delete(folder.resolve("d" + i % 10 + "/f" + i + ".txt"));
      }
    }
    awaitFound(
        "\"red 19\"",
        IntStream.range(0, 100)
            .filter(i -> i % 2 == 1)
            .mapToObj(i -> "d" + i % 10 + "/f" + i + ".txt")
            .toArray(String[]::new));
  }

  @Test
  void fileIsIndexedCompletelyWhenWrittenIncrementally() throws Exception {
    start();
    awaitPhase(Phase.WATCHING);
    try (var out = Files.newBufferedWriter(folder.resolve("log.txt"))) {
      for (int i = 0; i < 2_000; i++) {
        out.write("line\n");
        out.flush();
      }
      out.write("lastline\n");
    }
    awaitFound("lastline", "log.txt");
  }

  private void makePipe(String name) throws IOException, InterruptedException {
    Process mkfifo = new ProcessBuilder("mkfifo", folder.resolve(name).toString()).start();
    assertThat(mkfifo.waitFor()).isZero();
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void start() throws IOException {
    Clock clock = Clock.systemUTC();
    FolderIndex index = FolderIndex.open(location.indexDirectory());
    resources.push(index);
    FolderWatcher watcher = FolderWatcher.open(folder, clock);
    resources.push(watcher);
    IndexProgress progress =
        new IndexProgress(location, clock, new PrintStream(PrintStream.nullOutputStream()));
    FolderFilter filter = new FolderFilter(folder, List.of());
    FileIndexer fileIndexer = new FileIndexer(filter, 60_000, index, progress);
    IndexingContext context = new IndexingContext(filter, index, fileIndexer, watcher, progress);
    indexer = new FolderIndexer(context, clock, () -> {});
    running =
        thread.submit(
            () -> {
              indexer.run();
              return null;
            });
  }

  private void stop() throws Exception {
    indexer.stop();
    running.get(10, TimeUnit.SECONDS);
  }

  private void close() throws Exception {
    while (!resources.isEmpty()) {
      resources.pop().close();
    }
  }

  private IndexStatus awaitPhase(Phase phase) throws Exception {
    boolean reached =
        Eventually.holds(() -> status().filter(status -> status.phase() == phase).isPresent());
    assertThat(reached).as("phase %s, it is: %s", phase, status()).isTrue();
    return status().orElseThrow();
  }

  private Optional<IndexStatus> status() {
    try {
      return location.statusFile().read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitFound(String words, String... files) throws Exception {
    String expected = List.of(files).stream().sorted().collect(Collectors.joining("\n"));
    boolean found = Eventually.holds(() -> find(words).equals(expected));
    assertThat(found).as("found: %s", find(words)).isTrue();
  }

  private String find(String words) {
    try (FolderSearcher searcher = FolderSearcher.open(location)) {
      return searcher
          .find(QueryParser.parse(List.of(words)).orElseThrow(), Optional.empty(), 1000)
          .stream()
          .map(hit -> folder.relativize(Path.of(hit.file())).toString())
          .sorted()
          .collect(Collectors.joining("\n"));
    } catch (DocSearchException expected) {
      return String.valueOf(expected.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
