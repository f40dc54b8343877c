package io.luhproc.example;

import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/**
 * Words that must stand side by side, often just one.
 *
 * @param parts the words in their order, never none
 * @param whole the identifier that they are the parts of, when they are all parts of one
 * @param prefix whether the last word is only the beginning of one
 */
record Phrase(List<String> parts, Optional<String> whole, boolean prefix) {
  private static final float NAME_BOOST = 2f;

  /** Copies the words. */
  Phrase {
    parts = List.copyOf(parts);
  }

  /** Returns the first {@code most} words of a text as a phrase; empty when it has none. */
  static Optional<Phrase> parse(String text, int most) {
    List<Word> words = Words.listOf(text);
    List<String> parts =
        words.stream().filter(word -> !word.isWhole()).limit(most).map(Word::text).toList();
    Optional<String> whole =
        words.stream()
            .filter(word -> word.isWhole() && word.parts() == words.size() - 1)
            .map(Word::text)
            .findFirst();
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(new Phrase(parts, whole, text.endsWith("*")));
  }

  /** Returns how many words it has. */
  int length() {
    return parts.size();
  }

  /** Returns the query that finds it in the text or, which counts more, in the name of a file. */
  Query query() {
    return either(in(Fields.TEXT), new BoostQuery(in(Fields.NAME), NAME_BOOST));
  }

  private Query in(String field) {
    if (prefix) {
      return beginning(field);
    }
    Query sideBySide = sideBySide(field, parts);
    return whole
        .map(name -> either(sideBySide, new TermQuery(new Term(field, name))))
        .orElse(sideBySide);
  }

  private Query beginning(String field) {
    int last = parts.size() - 1;
    Query begins = new PrefixQuery(new Term(field, whole.orElse(parts.get(last))));
    if (whole.isPresent() || last == 0) {
      return begins;
    }
    return new BooleanQuery.Builder()
        .add(sideBySide(field, parts.subList(0, last)), Occur.MUST)
        .add(begins, Occur.MUST)
        .build();
  }

  private static Query sideBySide(String field, List<String> words) {
    return words.size() == 1
        ? new TermQuery(new Term(field, words.get(0)))
        : new PhraseQuery(field, words.toArray(String[]::new));
  }

  private static Query either(Query one, Query other) {
    return new BooleanQuery.Builder().add(one, Occur.SHOULD).add(other, Occur.SHOULD).build();
  }
}
