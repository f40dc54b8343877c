package io.luhproc.example;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionLengthAttribute;

/** Gives {@link Words} to Lucene: a whole identifier stands at the position of its first part. */
final class WordStream extends TokenStream {
  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private final OffsetAttribute offset = addAttribute(OffsetAttribute.class);
  private final PositionIncrementAttribute increment =
      addAttribute(PositionIncrementAttribute.class);
  private final PositionLengthAttribute length = addAttribute(PositionLengthAttribute.class);

  private final String text;
  private Words words;

  WordStream(String text) {
    this.text = text;
    this.words = Words.of(text);
  }

  @Override
  public void reset() {
    words = Words.of(text);
  }

  @Override
  public boolean incrementToken() {
    Word word = words.next();
    if (word == null) {
      return false;
    }
    clearAttributes();
    term.append(word.text());
    offset.setOffset(word.start(), word.end());
    increment.setPositionIncrement(word.isWhole() ? 0 : 1);
    length.setPositionLength(word.parts());
    return true;
  }

  @Override
  public void end() {
    clearAttributes();
    offset.setOffset(text.length(), text.length());
    increment.setPositionIncrement(0);
  }
}
