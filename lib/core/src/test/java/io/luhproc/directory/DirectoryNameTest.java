package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of process directories: a contract, since other versions and JVMs must find them. */
class DirectoryNameTest {
  private static final Optional<String> NO_APP = Optional.empty();

  // Computed with hashlib and base64 of Python, not with the code under test.
  @ParameterizedTest
  @CsvSource({
    "INDEXER, main, indexer-anlnkqtg3wgr",
    "MY_TASK, session42, my-task-bajpskhsazd7",
    "INDEXER, /srv/docs, indexer-gbfqki7i5eog",
    "INDEXER, \uD83D\uDE00, indexer-ee765sf4uwiu",
    "IN_DEX, main, in-dex-4wxctznepiz4",
    "in_dex, main, in-dex-2au3pdyhjzmr",
  })
  void nameIsStableForTaskAndId(String task, String id, String name) {
    assertThat(DirectoryName.of(NO_APP, task, id)).isEqualTo(name);
  }

  @Test
  void appNameChangesOnlyHash() {
    assertThat(DirectoryName.of(Optional.of("docsearch"), "INDEXER", "main"))
        .isEqualTo("indexer-w3bllao44rgl");
  }

  @Test
  void nameHasFixedLengthForLongestId() {
    assertThat(DirectoryName.of(NO_APP, "INDEXER", "x".repeat(4096)))
        .isEqualTo("indexer-iexxhrpa2hpb");
  }

  @Test
  void hashDiffersWhenFieldBoundaryMoves() {
    assertThat(
            List.of(
                hash(NO_APP, "AB", "C"),
                hash(NO_APP, "A", "BC"),
                hash(Optional.of("A"), "B", "C"),
                hash(Optional.of("AB"), "C", "D"),
                hash(NO_APP, "A", "B"),
                hash(Optional.of("B"), "A", "C")))
        .doesNotHaveDuplicates();
  }

  @Test
  void similarTaskNamesHaveDistinctDirectoryNames() {
    assertThat(List.of("IN_DEX", "in_dex", "In_Dex", "INDEX", "INDEX_TWO", "IN__DEX"))
        .extracting(task -> DirectoryName.of(NO_APP, task, "main"))
        .doesNotHaveDuplicates();
  }

  @Test
  void manyIdsHaveDistinctDirectoryNames() {
    Map<String, String> ids = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String id = "/srv/docs/" + i;
      assertThat(ids.put(DirectoryName.of(NO_APP, "INDEXER", id), id)).as(id).isNull();
    }
  }

  @Test
  void nameIsIndependentOfLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR"));
      assertThat(DirectoryName.of(NO_APP, "INDEXER", "main")).startsWith("indexer-");
    } finally {
      Locale.setDefault(before);
    }
  }

  private static String hash(Optional<String> app, String task, String id) {
    String name = DirectoryName.of(app, task, id);
    return name.substring(name.lastIndexOf('-') + 1);
  }
}
