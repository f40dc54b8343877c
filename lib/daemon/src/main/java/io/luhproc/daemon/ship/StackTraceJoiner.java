package io.luhproc.daemon.ship;

import java.util.regex.Pattern;

/**
 * Decides which lines continue an event: indented lines, the causes of a Java exception, and the
 * last line of a Python traceback.
 */
final class StackTraceJoiner {
  private static final Pattern CAUSE = Pattern.compile("(Caused by: |\\.\\.\\. \\d+ more).*");
  private static final String PYTHON_TRACEBACK = "Traceback (most recent call last):";

  private boolean inTraceback;

  /** Creates a joiner for an event that begins with a line. */
  StackTraceJoiner(String first) {
    inTraceback = first.endsWith(PYTHON_TRACEBACK);
  }

  /** Returns whether the next line belongs to the event. */
  boolean continues(String line) {
    if (!line.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t')) {
      return true;
    }
    boolean last = inTraceback;
    inTraceback = false;
    return last || CAUSE.matcher(line).matches();
  }
}
