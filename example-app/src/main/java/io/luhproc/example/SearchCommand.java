package io.luhproc.example;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.lucene.search.Query;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code search WORDS}: finds files in what is indexed, while it is being indexed. */
@Command(
    name = "search",
    mixinStandardHelpOptions = true,
    description = "Find the files that have all these words, best first.",
    footer = {
      "",
      "'\"side by side\"' is a phrase, foo* a beginning; camelCase, snake_case and a.b.c are found",
      "whole and by their parts. Exit code 1 when nothing is found, 3 when nothing is indexed."
    })
final class SearchCommand extends AppCommand {
  private static final int MOST_HITS = 10_000;
  private static final int NOTHING_FOUND = 1;

  @Parameters(arity = "1..*", paramLabel = "WORDS", description = "What to look for.")
  private List<String> words = List.of();

  @Option(
      names = {"-f", "--folder"},
      paramLabel = "FOLDER",
      description = "Where: an indexed folder or one in it. Default: the one around here, or all.")
  private @Nullable Path folder;

  @Option(
      names = {"-n", "--number"},
      paramLabel = "N",
      defaultValue = "10",
      description = "How many files at most; default 10.")
  private int most;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table (FILE:LINE: TEXT) or json (one object in a line); default table.")
  private Format format = Format.table;

  @Override
  int run(Console console) throws IOException {
    if (most < 1 || most > MOST_HITS) {
      throw new IllegalArgumentException("-n (" + most + ") must be 1 to " + MOST_HITS);
    }
    LuceneLog.quiet();
    Query query =
        SearchWords.parse(words)
            .orElseThrow(
                () -> new IllegalArgumentException("there is no letter or digit in these words"));
    SearchScope scope = SearchScope.of(IndexHome.ofThisUser(), folder);
    List<Hit> hits = scope.find(query, most, console::message);
    HitPrinter printer = new HitPrinter(console);
    for (Hit hit : hits) {
      switch (format) {
        case table -> printer.table(hit);
        case json -> printer.json(hit);
      }
    }
    if (hits.isEmpty()) {
      console.message("nothing found in " + scope);
    }
    return hits.isEmpty() ? NOTHING_FOUND : ExitCode.DONE.code();
  }
}
