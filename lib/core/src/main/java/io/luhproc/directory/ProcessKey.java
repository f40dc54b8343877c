package io.luhproc.directory;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a process is called: it decides the name of its directory.
 *
 * @param app the app's name, where it has one; same rule as the id
 * @param task the environment variable of the task: {@code [A-Za-z_][A-Za-z0-9_]*}, at most 200
 *     characters
 * @param id any text of 1 to 4 096 bytes in UTF-8 without control characters
 */
public record ProcessKey(Optional<String> app, String task, String id) {
  private static final int MAX_ID_BYTES = 4096;
  // The name of the directory is the task and 13 characters; file systems allow 255.
  private static final int MAX_TASK_CHARACTERS = 200;

  // Setting one of these to start a worker would break the worker, and finding one set says
  // nothing.
  private static final Set<String> TAKEN =
      Set.of(
          "PATH",
          "HOME",
          "USER",
          "LOGNAME",
          "SHELL",
          "PWD",
          "OLDPWD",
          "TERM",
          "LANG",
          "LANGUAGE",
          "TZ",
          "TMPDIR",
          "TMP",
          "TEMP",
          "DISPLAY",
          "EDITOR",
          "PAGER",
          "HOSTNAME",
          "MAIL",
          "IFS",
          "PS1",
          "PS2",
          "SHLVL",
          "UID",
          "EUID",
          "_",
          "CLASSPATH",
          "JAVA_HOME",
          "JAVA_TOOL_OPTIONS",
          "JDK_JAVA_OPTIONS",
          "_JAVA_OPTIONS",
          "JAVA_OPTS",
          "LD_LIBRARY_PATH",
          "LD_PRELOAD",
          "NO_COLOR",
          "COLUMNS",
          "LINES",
          "SSH_AUTH_SOCK",
          "DBUS_SESSION_BUS_ADDRESS");

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when one breaks its rule; the message names value and rule
   */
  public ProcessKey {
    checkTask(task);
    checkText("id", id);
    if (app.isPresent()) {
      checkApp(app.get());
    }
  }

  /**
   * Checks the name of an environment variable that starts a task.
   *
   * @throws IllegalArgumentException when it breaks the rule, or has a meaning already
   */
  public static void checkTask(String task) {
    boolean wellFormed = !task.isEmpty() && !Character.isDigit(task.charAt(0));
    for (int i = 0; wellFormed && i < task.length(); i++) {
      wellFormed = isNameCharacter(task.charAt(i));
    }
    if (!wellFormed || task.length() > MAX_TASK_CHARACTERS) {
      throw new IllegalArgumentException(
          "variable of a task ("
              + printable(task)
              + ") must match [A-Za-z_][A-Za-z0-9_]* and have at most "
              + MAX_TASK_CHARACTERS
              + " characters");
    }
    if (TAKEN.contains(task) || task.startsWith("LUHPROC_") || task.startsWith("LC_")) {
      throw new IllegalArgumentException(
          "variable of a task (" + task + ") must not be one that has a meaning already");
    }
  }

  /**
   * Checks the name of an app and returns it.
   *
   * @throws IllegalArgumentException when it breaks the rule
   */
  public static String checkApp(String app) {
    checkText("name of the app", app);
    return app;
  }

  private static boolean isNameCharacter(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static void checkText(String what, String text) {
    int bytes = utf8Length(text);
    if (bytes < 1 || bytes > MAX_ID_BYTES || hasControl(text)) {
      throw new IllegalArgumentException(
          what
              + " ("
              + printable(text)
              + ") must be a text of 1 to "
              + MAX_ID_BYTES
              + " bytes in UTF-8 without control characters");
    }
  }

  private static boolean hasControl(String text) {
    boolean found = false;
    for (int i = 0; i < text.length(); i++) {
      found |= Character.isISOControl(text.charAt(i));
    }
    return found;
  }

  /** Returns the length in bytes, -1 when a surrogate stands alone. */
  private static int utf8Length(String text) {
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)).remaining();
    } catch (CharacterCodingException expected) {
      // Such a text has no bytes in UTF-8, so two of them could share a hash.
      return -1;
    }
  }

  private static String printable(String text) {
    int longest = 60;
    String cut = text.length() > longest ? text.substring(0, longest) + "…" : text;
    StringBuilder shown = new StringBuilder();
    cut.chars().forEach(c -> shown.append(Character.isISOControl(c) ? '\uFFFD' : (char) c));
    return shown.toString();
  }

  // Written out because the first use of the generated one costs more than all of an info does.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ProcessKey key
        && app.equals(key.app)
        && task.equals(key.task)
        && id.equals(key.id);
  }

  @Override
  public int hashCode() {
    return 31 * task.hashCode() + id.hashCode();
  }

  /** Returns the name of the directory. */
  public String directoryName() {
    return DirectoryName.of(app, task, id);
  }

  /** Returns {@code TASK (id: …)}, with the app's name in front where there is one. */
  @Override
  public String toString() {
    return app.map(name -> name + ": ").orElse("") + task + " (id: " + id + ")";
  }
}
