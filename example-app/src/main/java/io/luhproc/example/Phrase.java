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
 * Words that must be adjacent; often just one.
 *
 * @param parts the words in order, at least one
 * @param identifier the whole identifier, if all words are the parts of one
 * @param prefix whether the last word is a prefix
 */
record Phrase(List<String> parts, Optional<String> identifier, boolean prefix) {
  private static final float NAME_BOOST = 2f;

  /** Copies the words. */
  Phrase {
    parts = List.copyOf(parts);
  }

  /** Returns the first {@code maxWords} words of a text as a phrase; empty if it has none. */
  static Optional<Phrase> parse(String text, int maxWords) {
    List<WordTokenizer.Token> words = WordTokenizer.tokenize(text);
    List<String> parts =
        words.stream()
            .filter(word -> !word.isWholeIdentifier())
            .limit(maxWords)
            .map(WordTokenizer.Token::text)
            .toList();
    Optional<String> identifier =
        words.stream()
            .filter(word -> word.isWholeIdentifier() && word.partCount() == words.size() - 1)
            .map(WordTokenizer.Token::text)
            .findFirst();
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(new Phrase(parts, identifier, text.endsWith("*")));
  }

  /** Returns the number of words. */
  int length() {
    return parts.size();
  }

  /** Returns a query for the text and the name of a file; a match in the name scores higher. */
  Query query() {
    return either(
        fieldQuery(IndexFields.TEXT), new BoostQuery(fieldQuery(IndexFields.NAME), NAME_BOOST));
  }

  private Query fieldQuery(String field) {
    if (prefix) {
      return prefixQuery(field);
    }
    Query phrase = phraseQuery(field, parts);
    return identifier
        .map(name -> either(phrase, new TermQuery(new Term(field, name))))
        .orElse(phrase);
  }

  private Query prefixQuery(String field) {
    int last = parts.size() - 1;
    Query lastWord = new PrefixQuery(new Term(field, identifier.orElse(parts.get(last))));
    if (identifier.isPresent() || last == 0) {
      return lastWord;
    }
    return new BooleanQuery.Builder()
        .add(phraseQuery(field, parts.subList(0, last)), Occur.MUST)
        .add(lastWord, Occur.MUST)
        .build();
  }

  private static Query phraseQuery(String field, List<String> words) {
    return words.size() == 1
        ? new TermQuery(new Term(field, words.get(0)))
        : new PhraseQuery(field, words.toArray(String[]::new));
  }

  private static Query either(Query one, Query other) {
    return new BooleanQuery.Builder().add(one, Occur.SHOULD).add(other, Occur.SHOULD).build();
  }
}
