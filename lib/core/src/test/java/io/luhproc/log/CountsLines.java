package io.luhproc.log;

import java.util.ArrayList;
import java.util.List;

/** A listener that expects the numbered lines in order and remembers the first that are not. */
final class CountsLines implements LogListener {
  private final List<String> wrong = new ArrayList<>();
  private volatile int count;
  private volatile boolean ended;

  @Override
  public void line(LogLine line) {
    int next = count + 1;
    if (!line.text().equals(LogDirectory.number(next)) && wrong.size() < 10) {
      wrong.add("expected number " + next + " but got: " + line.text());
    }
    count = next;
  }

  @Override
  public void ended() {
    ended = true;
  }

  int count() {
    return count;
  }

  boolean hasEnded() {
    return ended;
  }

  List<String> wrong() {
    return wrong;
  }
}
