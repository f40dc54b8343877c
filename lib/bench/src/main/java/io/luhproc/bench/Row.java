package io.luhproc.bench;

/**
 * One line of the table.
 *
 * @param what what is measured
 * @param ours the library's figure
 * @param others what it is compared with
 * @param target what was asked for, empty where nothing was
 * @param met whether it was reached
 */
record Row(String what, String ours, String others, String target, boolean met) {

  /** Returns a figure that has no target. */
  static Row of(String what, String ours, String others) {
    return new Row(what, ours, others, "", true);
  }

  /** Returns the line in Markdown. */
  String markdown() {
    String verdict = target.isEmpty() ? "" : met ? "met" : "**missed**";
    return String.join(" | ", "| " + what, ours, others, target, verdict + " |");
  }
}
