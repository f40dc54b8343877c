package io.luhproc.health;

import io.luhproc.time.Deadline;

/** A text whose matching ends at a deadline: a regular expression can take exponential time. */
final class InterruptibleText implements CharSequence {
  // A look at the clock takes longer than a step of the matching.
  private static final int READS_PER_LOOK = 1024;

  private final CharSequence text;
  private final Deadline deadline;
  private int reads;

  InterruptibleText(CharSequence text, Deadline deadline) {
    this.text = text;
    this.deadline = deadline;
  }

  @Override
  public char charAt(int index) {
    reads++;
    if (reads % READS_PER_LOOK == 0
        && (Thread.currentThread().isInterrupted() || deadline.isExpired())) {
      throw new MatchTimeoutException();
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new InterruptibleText(text.subSequence(start, end), deadline);
  }

  @Override
  public String toString() {
    return text.toString();
  }

  /** Thrown if the matching takes too long. */
  static final class MatchTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
