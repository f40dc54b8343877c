package io.luhproc.directory;

/** Checks names of environment variables that select a task. */
public final class TaskNames {
  // A directory name is the task and 13 characters; file systems allow 255.
  private static final int MAX_CHARACTERS = 200;

  // Setting one of these would break a worker, and a set one does not mean that a task is wanted.
  private static final String RESERVED =
      " PATH HOME USER LOGNAME SHELL PWD OLDPWD TERM LANG LANGUAGE TZ TMPDIR TMP TEMP DISPLAY"
          + " EDITOR PAGER HOSTNAME MAIL IFS PS1 PS2 SHLVL UID EUID _ CLASSPATH JAVA_HOME"
          + " JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS JAVA_OPTS LD_LIBRARY_PATH LD_PRELOAD"
          + " NO_COLOR COLUMNS LINES SSH_AUTH_SOCK DBUS_SESSION_BUS_ADDRESS ";

  private TaskNames() {}

  /**
   * Checks a name: it must match {@code [A-Za-z_][A-Za-z0-9_]*} and have at most 200 characters.
   *
   * @throws IllegalArgumentException if it breaks the rule or is a reserved environment variable
   */
  public static void check(String task) {
    boolean wellFormed = !task.isEmpty() && !isDigit(task.charAt(0));
    for (int i = 0; wellFormed && i < task.length(); i++) {
      char c = task.charAt(i);
      wellFormed = c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c);
    }
    if (!wellFormed || task.length() > MAX_CHARACTERS) {
      throw new IllegalArgumentException(
          "variable of a task ("
              + ProcessKey.printable(task)
              + ") must match [A-Za-z_][A-Za-z0-9_]* and have at most "
              + MAX_CHARACTERS
              + " characters");
    }
    boolean reserved = task.startsWith("LUHPROC_") || task.startsWith("LC_");
    if (reserved || RESERVED.contains(" " + task + " ")) {
      throw new IllegalArgumentException(
          "variable of a task (" + task + ") must not be a reserved environment variable");
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
