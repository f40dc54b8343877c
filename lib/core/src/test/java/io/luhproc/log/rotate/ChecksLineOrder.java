package io.luhproc.log.rotate;

import io.luhproc.log.LogLine;
import io.luhproc.log.LogListener;
import java.util.ArrayList;
import java.util.List;

/** A listener that expects the numbered lines in order and records the first deviations. */
final class ChecksLineOrder implements LogListener {
  private final List<String> errors = new ArrayList<>();
  private volatile int count;

  @Override
  public void onLine(LogLine line) {
    int next = count + 1;
    if (!line.text().equals(TempLogDirectory.numberedLine(next)) && errors.size() < 10) {
      errors.add("expected number " + next + " but got: " + line.text());
    }
    count = next;
  }

  int count() {
    return count;
  }

  List<String> errors() {
    return errors;
  }
}
