package io.luhproc.worker.remote;

import io.luhproc.log.LogPosition;
import java.util.List;
import java.util.Optional;

/**
 * How far the log of a run was copied. The file has a line for each value: incarnation, the two
 * positions, whether all was copied, and the cursor, which may be missing.
 *
 * @param incarnation the run
 * @param written the end of the local log after the line of the cursor
 * @param complete whether the last line of the run was copied
 * @param cursor the cursor of the last line that was copied; empty if none was
 */
record MirrorState(
    String incarnation, LogPosition written, boolean complete, Optional<String> cursor) {
  private static final int LINES = 4;

  String encode() {
    return String.join(
        "\n",
        incarnation,
        written.out() + " " + written.err(),
        Boolean.toString(complete),
        cursor.orElse(""));
  }

  /** Returns the state; empty if the text is damaged. */
  static Optional<MirrorState> decode(String text) {
    List<String> lines = List.of(text.split("\n", LINES));
    if (lines.size() != LINES) {
      return Optional.empty();
    }
    try {
      List<String> positions = List.of(lines.get(1).split(" ", 2));
      LogPosition written =
          new LogPosition(
              Long.parseLong(positions.get(0)),
              Long.parseLong(positions.get(positions.size() - 1)));
      return Optional.of(
          new MirrorState(
              lines.get(0),
              written,
              Boolean.parseBoolean(lines.get(2)),
              Optional.of(lines.get(3)).filter(it -> !it.isEmpty())));
    } catch (NumberFormatException expected) {
      return Optional.empty();
    }
  }
}
