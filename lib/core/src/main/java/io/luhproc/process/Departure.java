package io.luhproc.process;

import java.util.List;
import java.util.function.BooleanSupplier;

/** Whether all of some processes are gone; who was seen to be gone is not looked for again. */
final class Departure implements BooleanSupplier {
  private final ProcessTable table;
  private final List<ProcessEntry> expected;
  private int gone;

  Departure(ProcessTable table, List<ProcessEntry> expected) {
    this.table = table;
    this.expected = expected;
  }

  @Override
  public boolean getAsBoolean() {
    while (gone < expected.size() && !expected.get(gone).isStillIn(table)) {
      gone++;
    }
    return gone == expected.size();
  }
}
