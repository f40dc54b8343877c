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

final class FolderSearchTest {
  private static final Path FOLDER = Path.of("/srv/docs");

  @TempDir private Path directory;
  private IndexPlace place;

  @BeforeEach
  void name() {
    place = new IndexPlace(FOLDER, directory);
  }

  @Test
  void identifiersAreFoundWholeAndByTheirParts() throws IOException {
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
  void allWordsMustBeThereInTextOrName() throws IOException {
    write("red.txt", "blue");
    write("other.txt", "red");
    assertThat(names("red", "blue")).containsExactly("red.txt");
    assertThat(names("red")).containsExactlyInAnyOrder("red.txt", "other.txt");
    assertThat(find("red", "green")).isEmpty();
  }

  @Test
  void quotedWordsMustStandSideBySide() throws IOException {
    write("yes.txt", "the quick brown fox");
    write("no.txt", "brown is the quick fox");
    assertThat(names("\"quick brown\"")).containsExactly("yes.txt");
    assertThat(names("quick brown")).as("quoted in the shell").containsExactly("yes.txt");
    assertThat(names("quick", "brown")).hasSize(2);
    assertThat(names("\"quick brown")).as("unbalanced").containsExactly("yes.txt");
  }

  @Test
  void starFindsWhatBeginsSo() throws IOException {
    write("a.txt", "FolderIndex and process.directory_lock");
    assertThat(names("fold*")).hasSize(1);
    assertThat(names("FolderInd*")).hasSize(1);
    assertThat(names("process.dir*")).hasSize(1);
    assertThat(names("older*")).isEmpty();
    assertThat(find("folderin*").get(0).snippet().marked(found -> "[" + found + "]"))
        .startsWith("[FolderIndex]");
  }

  @Test
  void wordsFoundAreMarked() throws IOException {
    write("a.txt", "x\na maxOpenFiles b open\n");
    assertThat(find("max_open_files", "b").get(0).snippet().marked(found -> "[" + found + "]"))
        .isEqualTo("a [maxOpenFiles] [b] open");
  }

  @Test
  void fileWithoutTextIsFoundByItsName() throws IOException {
    write("img/logo.png", "");
    Hit hit = find("logo").get(0);
    assertThat(hit.file()).isEqualTo("/srv/docs/img/logo.png");
    assertThat(hit.snippet().line()).isZero();
  }

  @Test
  void searchCanBeRestrictedToADirectory() throws IOException {
    write("in/a.txt", "red");
    write("inside.txt", "red");
    try (FolderSearch search = FolderSearch.open(place)) {
      Query query = SearchWords.parse(List.of("red")).orElseThrow();
      assertThat(search.find(query, Optional.of(FOLDER.resolve("in")), 9))
          .extracting(Hit::file)
          .containsExactly("/srv/docs/in/a.txt");
    }
  }

  @Test
  void replacedAndRemovedFilesAreNotFoundAnyMore() throws IOException {
    write("d/a.txt", "red");
    write("d/b.txt", "red");
    write("d2.txt", "red");
    write("d/a.txt", "blue");
    assertThat(names("red")).containsExactlyInAnyOrder("d/b.txt", "d2.txt");
    try (FolderIndex index = FolderIndex.open(place.index())) {
      index.remove("d");
    }
    assertThat(names("red")).containsExactly("d2.txt");
    assertThat(names("blue")).isEmpty();
  }

  @Test
  void hostileQueriesAreAnswered() throws IOException {
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
      SearchWords.parse(List.of(hostile, hostile));
      find(hostile);
    }
    String[] many =
        random.ints(2_000, 0, 9_999).mapToObj(n -> "w" + n + "*").toArray(String[]::new);
    assertThat(find(many)).isEmpty();
    for (String nothing : List.of("", "***", "\"\"", " \t", "-- ++ ()", "🎉")) {
      assertThat(SearchWords.parse(List.of(nothing))).as(nothing).isEmpty();
    }
  }

  @Test
  void stampsAreReadBackAfterReopening() throws IOException {
    write("ü/a.txt", "red");
    try (FolderIndex index = FolderIndex.open(place.index())) {
      assertThat(index.stamps()).containsOnlyKeys("ü/a.txt").containsValue(new Stamp(7, 3));
    }
  }

  @Test
  void secondWriterIsRefused() throws IOException {
    try (FolderIndex first = FolderIndex.open(place.index())) {
      assertThat(first.size()).isZero();
      assertThatThrownBy(() -> FolderIndex.open(place.index()))
          .isInstanceOf(DocSearchException.class)
          .hasMessageContaining("another process");
    }
  }

  @Test
  void brokenIndexIsMadeAnew() throws IOException {
    write("a.txt", "red");
    try (var files = Files.newDirectoryStream(place.index(), "segments_*")) {
      for (Path file : files) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }
    try (FolderIndex index = FolderIndex.open(place.index())) {
      assertThat(index.stamps()).isEmpty();
    }
  }

  @Test
  void searchBeforeTheFirstCommitSaysSo() {
    assertThatThrownBy(() -> FolderSearch.open(place))
        .isInstanceOf(DocSearchException.class)
        .hasMessageContaining("nothing of /srv/docs is indexed yet");
  }

  private void write(String path, String text) throws IOException {
    try (FolderIndex index = FolderIndex.open(place.index())) {
      index.put(path, new Stamp(7, text.length()), text);
    }
  }

  private List<String> names(String... words) throws IOException {
    return find(words).stream().map(hit -> hit.file().substring("/srv/docs/".length())).toList();
  }

  private List<Hit> find(String... words) throws IOException {
    Optional<Query> query = SearchWords.parse(List.of(words));
    if (query.isEmpty()) {
      return List.of();
    }
    try (FolderSearch search = FolderSearch.open(place)) {
      return search.find(query.get(), Optional.empty(), 10);
    }
  }
}
