package io.luhproc.example;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;

/**
 * Parses the words of the user into a query. A file must contain all words; words {@code "in
 * quotes"} must be adjacent, and {@code foo*} is a prefix.
 *
 * <p>All other characters except letters and digits separate words, so no text is invalid.
 */
final class QueryParser {
  /** Lucene limits a query to 1024 terms; a word has at most four. */
  private static final int MAX_WORDS = 200;

  private final Set<Phrase> phrases = new LinkedHashSet<>();
  private int wordCount;

  private QueryParser() {}

  /**
   * Returns the query for the arguments of a command. An argument with spaces was quoted in the
   * shell and is a phrase. Words after the first 200 are ignored.
   *
   * @return empty if no argument contains a letter or digit
   */
  static Optional<Query> parse(List<String> arguments) {
    QueryParser parser = new QueryParser();
    arguments.forEach(parser::addArgument);
    if (parser.phrases.isEmpty()) {
      return Optional.empty();
    }
    BooleanQuery.Builder conjunction = new BooleanQuery.Builder();
    parser.phrases.forEach(phrase -> conjunction.add(phrase.query(), Occur.MUST));
    return Optional.of(conjunction.build());
  }

  private void addArgument(String argument) {
    if (argument.indexOf('"') < 0) {
      addPhrase(argument);
      return;
    }
    boolean quoted = false;
    for (String piece : argument.split("\"", -1)) {
      if (quoted) {
        addPhrase(piece);
      } else {
        List.of(piece.split("\\s+", -1)).forEach(this::addPhrase);
      }
      quoted = !quoted;
    }
  }

  private void addPhrase(String text) {
    int remaining = MAX_WORDS - wordCount;
    if (remaining > 0) {
      Phrase.parse(text, remaining)
          .filter(phrases::add)
          .ifPresent(phrase -> wordCount += phrase.length());
    }
  }
}
