package io.luhproc.example;

/**
 * One word of a text, the way it is searched.
 *
 * @param text the word in lower case, without accents
 * @param start where it begins in the text, in chars
 * @param end where it ends in the text, exclusive
 * @param partCount how many parts an identifier has that this is the whole of; 1 for a plain word
 *     and for each part itself
 */
record Token(String text, int start, int end, int partCount) {

  /** Returns whether this is a whole identifier, the parts of which are words of their own too. */
  boolean isWholeIdentifier() {
    return partCount > 1;
  }
}
