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
  private static final int MAX_HITS = 10_000;
  private static final int EXIT_NOTHING_FOUND = 1;

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
  private int maxHits;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table (FILE:LINE: TEXT) or json (one object in a line); default table.")
  private Format format = Format.table;

  @Override
  int run(Console console) throws IOException {
    if (maxHits < 1 || maxHits > MAX_HITS) {
      throw new IllegalArgumentException("-n (" + maxHits + ") must be 1 to " + MAX_HITS);
    }
    LuceneLogging.logFailuresOnly();
    Query query =
        QueryParser.parse(words)
            .orElseThrow(
                () -> new IllegalArgumentException("there is no letter or digit in these words"));
    SearchScope scope = SearchScope.resolve(IndexRoot.forCurrentUser(), folder);
    List<Hit> hits = scope.find(query, maxHits, console::printMessage);
    HitPrinter printer = new HitPrinter(console);
    for (Hit hit : hits) {
      switch (format) {
        case table -> printer.printText(hit);
        case json -> printer.printJson(hit);
      }
    }
    if (hits.isEmpty()) {
      console.printMessage("nothing found in " + scope);
    }
    return hits.isEmpty() ? EXIT_NOTHING_FOUND : ExitCode.SUCCESS.code();
  }
}
