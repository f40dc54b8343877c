package io.luhproc.example;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionLengthAttribute;

/**
 * Adapts {@link WordTokenizer} to Lucene. A whole identifier has the position of its first part.
 */
final class WordTokenStream extends TokenStream {
  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final OffsetAttribute offset = addAttribute(OffsetAttribute.class);
  private final PositionIncrementAttribute increment =
      addAttribute(PositionIncrementAttribute.class);
  private final PositionLengthAttribute length = addAttribute(PositionLengthAttribute.class);

  private final String text;
  private WordTokenizer tokenizer;

  WordTokenStream(String text) {
    this.text = text;
    this.tokenizer = new WordTokenizer(text);
  }

  @Override
  public void reset() {
    tokenizer = new WordTokenizer(text);
  }

  @Override
  public boolean incrementToken() {
    WordTokenizer.Token token = tokenizer.next();
    if (token == null) {
      return false;
    }
    clearAttributes();
    term.append(token.text());
    offset.setOffset(token.start(), token.end());
    increment.setPositionIncrement(token.isWholeIdentifier() ? 0 : 1);
    length.setPositionLength(token.partCount());
    return true;
  }

  @Override
  public void end() {
    clearAttributes();
    offset.setOffset(text.length(), text.length());
    increment.setPositionIncrement(0);
  }
}
