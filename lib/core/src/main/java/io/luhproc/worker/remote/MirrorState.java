package io.luhproc.worker.remote;

import io.luhproc.log.LogPosition;
import java.util.List;
import java.util.Optional;

/**
 * How far the log of a run was copied. The file has a line for each value: incarnation, the start,
 * the end, whether all was copied, and the cursor, which may be missing. A position is two numbers.
 *
 * @param incarnation the run
 * @param start the end of the local log before the first line of the run
 * @param written the end of the local log after the line of the cursor
 * @param complete whether the last line of the run was copied
 * @param cursor the cursor of the last line that was copied; empty if none was
 */
record MirrorState(
    String incarnation,
    LogPosition start,
    LogPosition written,
    boolean complete,
    Optional<String> cursor) {
  private static final int LINES = 5;

  /** Returns the state of a run of which nothing was copied, by the end of the local log. */
  static MirrorState atBeginning(String incarnation, LogPosition end) {
    return new MirrorState(incarnation, end, end, false, Optional.empty());
  }

  String encode() {
    return String.join(
        "\n",
        incarnation,
        encode(start),
        encode(written),
        Boolean.toString(complete),
        cursor.orElse(""));
  }

  private static String encode(LogPosition position) {
    return position.out() + " " + position.err();
  }

  /** Returns the state; empty if the text is damaged. */
  static Optional<MirrorState> decode(String text) {
    List<String> lines = List.of(text.split("\n", LINES));
    if (lines.size() != LINES) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new MirrorState(
              lines.get(0),
              decodePosition(lines.get(1)),
              decodePosition(lines.get(2)),
              Boolean.parseBoolean(lines.get(3)),
              Optional.of(lines.get(4)).filter(it -> !it.isEmpty())));
    } catch (NumberFormatException expected) {
      return Optional.empty();
    }
  }

  private static LogPosition decodePosition(String text) {
    List<String> offsets = List.of(text.split(" ", 2));
    return new LogPosition(
        Long.parseLong(offsets.get(0)), Long.parseLong(offsets.get(offsets.size() - 1)));
  }
}
