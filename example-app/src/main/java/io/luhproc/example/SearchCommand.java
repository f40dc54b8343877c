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

/** Command {@code search WORDS}: finds indexed files, also while the indexer runs. */
@Command(
    name = "search",
    mixinStandardHelpOptions = true,
    description = "Find the files that contain all words, best first.",
    footer = {
      "",
      "'\"two words\"' is a phrase and foo* a prefix. camelCase, snake_case and a.b.c match as a"
          + " whole and by their parts.",
      "Exit code 1: no file is found; 3: nothing is indexed."
    })
final class SearchCommand extends AppCommand {
  private static final int MAX_HITS = 10_000;
  private static final int EXIT_NOTHING_FOUND = 1;

  @Parameters(arity = "1..*", paramLabel = "WORDS", description = "Words to find.")
  private List<String> words = List.of();

  @Option(
      names = {"-f", "--folder"},
      paramLabel = "FOLDER",
      description =
          "An indexed folder, or one in it; default: the one around this directory, or all.")
  private @Nullable Path folder;

  @Option(
      names = {"-n", "--number"},
      paramLabel = "N",
      defaultValue = "10",
      description = "Maximum number of files; default 10.")
  private int maxHits;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table (FILE:LINE: TEXT) or json (one object per line); default table.")
  private Format format = Format.table;

  private final IndexRoot root;

  SearchCommand(IndexRoot root) {
    this.root = root;
  }

  @Override
  int run(Console console) throws IOException {
    if (maxHits < 1 || maxHits > MAX_HITS) {
      throw new IllegalArgumentException("-n (" + maxHits + ") must be from 1 to " + MAX_HITS);
    }
    LuceneLogging.logFailuresOnly();
    Query query =
        QueryParser.parse(words)
            .orElseThrow(
                () -> new IllegalArgumentException("WORDS must contain a letter or digit"));
    SearchScope scope = SearchScope.resolve(root, folder);
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
