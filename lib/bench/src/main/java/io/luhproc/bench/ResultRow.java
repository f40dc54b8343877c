package io.luhproc.bench;

/**
 * One row of the table.
 *
 * @param measurement name of the measurement
 * @param luhproc figure of luhproc
 * @param comparison figures of the others
 * @param target the target; empty if there is none
 * @param met whether the target is met
 */
record ResultRow(
    String measurement, String luhproc, String comparison, String target, boolean met) {

  /** Returns a row without a target. */
  static ResultRow of(String measurement, String luhproc, String comparison) {
    return new ResultRow(measurement, luhproc, comparison, "", true);
  }

  /** Returns the row in Markdown. */
  String markdown() {
    String verdict = target.isEmpty() ? "" : met ? "met" : "**missed**";
    return String.join(" | ", "| " + measurement, luhproc, comparison, target, verdict + " |");
  }
}
