package io.luhproc.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.lucene.search.Query;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderSearcherTest {
  private static final Path FOLDER = Path.of("/srv/docs");

  @TempDir private Path directory;
  private IndexLocation location;

  @BeforeEach
  void createLocation() {
    location = new IndexLocation(FOLDER, directory);
  }

  @Test
  void identifiersMatchWholeAndByParts() throws IOException {
    write("a.txt", "one two\n  FolderIndex.open(max_open_files, java.util.List)\n");
    for (String words :
        List.of(
            "FolderIndex",
            "folderindex",
            "folder",
            "index",
            "folder_index",
            "maxOpenFiles",
            "max_open_files",
            "open_files",
            "java.util.List",
            "util.list")) {
      assertThat(find(words)).as(words).hasSize(1);
      assertThat(find(words).get(0).snippet().line()).as(words).isEqualTo(2);
    }
    assertThat(find("list.util")).isEmpty();
    assertThat(find("olderindex")).isEmpty();
  }

  @Test
  void fileMatchesWhenTextAndNameTogetherHaveEveryWord() throws IOException {
    write("red.txt", "blue");
    write("other.txt", "red");
    assertThat(names("red", "blue")).containsExactly("red.txt");
    assertThat(names("red")).containsExactlyInAnyOrder("red.txt", "other.txt");
    assertThat(find("red", "green")).isEmpty();
  }

  @Test
  void quotedWordsMatchOnlyWhenAdjacent() throws IOException {
    write("yes.txt", "the quick brown fox");
    write("no.txt", "brown is the quick fox");
    assertThat(names("\"quick brown\"")).containsExactly("yes.txt");
    assertThat(names("quick brown")).as("quoted in the shell").containsExactly("yes.txt");
    assertThat(names("quick", "brown")).hasSize(2);
    assertThat(names("\"quick brown")).as("unbalanced").containsExactly("yes.txt");
  }

  @Test
  void starMatchesPrefix() throws IOException {
    write("a.txt", "FolderIndex and process.directory_lock");
    assertThat(names("fold*")).hasSize(1);
    assertThat(names("FolderInd*")).hasSize(1);
    assertThat(names("process.dir*")).hasSize(1);
    assertThat(names("older*")).isEmpty();
    assertThat(find("folderin*").get(0).snippet().highlight(found -> "[" + found + "]"))
        .startsWith("[FolderIndex]");
  }

  @Test
  void matchedWordsAreHighlighted() throws IOException {
    write("a.txt", "x\na maxOpenFiles b open\n");
    assertThat(find("max_open_files", "b").get(0).snippet().highlight(found -> "[" + found + "]"))
        .isEqualTo("a [maxOpenFiles] [b] open");
  }

  @Test
  void fileWithoutTextMatchesByName() throws IOException {
    write("img/logo.png", "");
    Hit hit = find("logo").get(0);
    assertThat(hit.file()).isEqualTo("/srv/docs/img/logo.png");
    assertThat(hit.snippet().line()).isZero();
  }

  @Test
  void searchCanBeRestrictedToADirectory() throws IOException {
    write("in/a.txt", "red");
    write("inside.txt", "red");
    try (FolderSearcher searcher = FolderSearcher.open(location)) {
      Query query = QueryParser.parse(List.of("red")).orElseThrow();
      assertThat(searcher.find(query, Optional.of(FOLDER.resolve("in")), 9))
          .extracting(Hit::file)
          .containsExactly("/srv/docs/in/a.txt");
    }
  }

  @Test
  void replacedAndRemovedFilesNoLongerMatch() throws IOException {
    write("d/a.txt", "red");
    write("d/b.txt", "red");
    write("d2.txt", "red");
    write("d/a.txt", "blue");
    assertThat(names("red")).containsExactlyInAnyOrder("d/b.txt", "d2.txt");
    try (FolderIndex index = FolderIndex.open(location.indexDirectory())) {
      index.remove("d");
    }
    assertThat(names("red")).containsExactly("d2.txt");
    assertThat(names("blue")).isEmpty();
  }

  @Test
  void hostileQueriesDoNotFail() throws IOException {
    write("a.txt", "the and or not TO");
    Random random = new Random(1);
    for (String hostile :
        List.of(
            "the and or not",
            "a:b AND (c OR [d TO e])^2~",
            "\"\"\"",
            "\\",
            "a\0b",
            "word ".repeat(2_000),
            "w*".repeat(500),
            "x".repeat(10_000),
            random
                .ints(10_000, 32, 0x10FFFF)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString())) {
      QueryParser.parse(List.of(hostile, hostile));
      find(hostile);
    }
    String[] many =
        random.ints(2_000, 0, 9_999).mapToObj(n -> "w" + n + "*").toArray(String[]::new);
    assertThat(find(many)).isEmpty();
    for (String nothing : List.of("", "***", "\"\"", " \t", "-- ++ ()", "🎉")) {
      assertThat(QueryParser.parse(List.of(nothing))).as(nothing).isEmpty();
    }
  }

  @Test
  void fileVersionsAreReadAfterReopening() throws IOException {
    write("ü/a.txt", "red");
    try (FolderIndex index = FolderIndex.open(location.indexDirectory())) {
      assertThat(index.fileVersions())
          .containsOnlyKeys("ü/a.txt")
          .containsValue(new FileVersion(7, 3));
    }
  }

  @Test
  void secondWriterIsRefused() throws IOException {
    try (FolderIndex first = FolderIndex.open(location.indexDirectory())) {
      assertThat(first.fileCount()).isZero();
      assertThatThrownBy(() -> FolderIndex.open(location.indexDirectory()))
          .isInstanceOf(DocSearchException.class)
          .hasMessageContaining("another process");
    }
  }

  @Test
  void corruptIndexIsRecreated() throws IOException {
    write("a.txt", "red");
    try (var files = Files.newDirectoryStream(location.indexDirectory(), "segments_*")) {
      for (Path file : files) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }
    try (FolderIndex index = FolderIndex.open(location.indexDirectory())) {
      assertThat(index.fileVersions()).isEmpty();
    }
  }

  @Test
  void openFailsWhenNothingIsCommitted() {
    assertThatThrownBy(() -> FolderSearcher.open(location))
        .isInstanceOf(DocSearchException.class)
        .hasMessageContaining("cannot search /srv/docs: it is not indexed yet");
  }

  private void write(String path, String text) throws IOException {
    try (FolderIndex index = FolderIndex.open(location.indexDirectory())) {
      index.put(path, new FileVersion(7, text.length()), text);
    }
  }

  private List<String> names(String... words) throws IOException {
    return find(words).stream().map(hit -> hit.file().substring("/srv/docs/".length())).toList();
  }

  private List<Hit> find(String... words) throws IOException {
    Optional<Query> query = QueryParser.parse(List.of(words));
    if (query.isEmpty()) {
      return List.of();
    }
    try (FolderSearcher searcher = FolderSearcher.open(location)) {
      return searcher.find(query.get(), Optional.empty(), 10);
    }
  }
}
