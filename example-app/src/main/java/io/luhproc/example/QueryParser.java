package io.luhproc.example;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;

/**
 * Turns what a person typed into a query: every word must be there, {@code "in quotes"} side by
 * side, {@code foo*} as a beginning. Anything else that is no letter or digit only separates words,
 * so there is no text that is refused.
 */
final class QueryParser {
  /** Lucene takes 1024 terms in a query; a word becomes at most four. */
  private static final int MAX_WORDS = 200;

  private final Set<Phrase> phrases = new LinkedHashSet<>();
  private int wordCount;

  private QueryParser() {}

  /**
   * Returns the query for some arguments of a command line; an argument with spaces in it was
   * quoted in the shell and is a phrase. Only the first 200 words count.
   *
   * @return empty when there is no letter or digit in any of them
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
