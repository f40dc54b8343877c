package io.luhproc.bench;

/**
 * One line of the table.
 *
 * @param measurement what is measured
 * @param luhproc the library's figure
 * @param comparison what it is compared with
 * @param target what was asked for, empty where nothing was
 * @param met whether it was reached
 */
record ResultRow(
    String measurement, String luhproc, String comparison, String target, boolean met) {

  /** Returns a figure that has no target. */
  static ResultRow of(String measurement, String luhproc, String comparison) {
    return new ResultRow(measurement, luhproc, comparison, "", true);
  }

  /** Returns the line in Markdown. */
  String markdown() {
    String verdict = target.isEmpty() ? "" : met ? "met" : "**missed**";
    return String.join(" | ", "| " + measurement, luhproc, comparison, target, verdict + " |");
  }
}
