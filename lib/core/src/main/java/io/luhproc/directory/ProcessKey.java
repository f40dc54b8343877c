package io.luhproc.directory;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * App, task and id of a process, which determine its directory.
 *
 * @param app the app's name, if it has one; same rule as the id
 * @param task the environment variable of the task: {@code [A-Za-z_][A-Za-z0-9_]*}, at most 200
 *     characters
 * @param id any text of 1 to 4096 bytes in UTF-8 without control characters
 */
public record ProcessKey(Optional<String> app, String task, String id) {
  private static final int MAX_ID_BYTES = 4096;
  private static final char REPLACEMENT = '\uFFFD';

  /**
   * Checks app, task and id.
   *
   * @throws IllegalArgumentException if one breaks its rule; the message names value and rule
   */
  public ProcessKey {
    TaskNames.check(task);
    checkText("id", id);
    if (app.isPresent()) {
      checkApp(app.get());
    }
  }

  /**
   * Checks the name of an app and returns it.
   *
   * @throws IllegalArgumentException if it breaks the rule
   */
  public static String checkApp(String app) {
    checkText("app", app);
    return app;
  }

  private static void checkText(String label, String text) {
    int bytes = utf8Length(text);
    if (bytes < 1 || bytes > MAX_ID_BYTES || hasControlCharacter(text)) {
      throw new IllegalArgumentException(
          label
              + " ("
              + printable(text)
              + ") must be a text of 1 to "
              + MAX_ID_BYTES
              + " bytes in UTF-8 without control characters");
    }
    if (text.indexOf(REPLACEMENT) >= 0 && !isUnicodeLocale()) {
      throw new IllegalArgumentException(
          label
              + " ("
              + printable(text)
              + ") must be representable in this JVM's locale; set LC_ALL=C.UTF-8");
    }
  }

  /** A JVM in the POSIX locale reads each non-ASCII byte as U+FFFD, so different ids collide. */
  private static boolean isUnicodeLocale() {
    return System.getProperty("sun.jnu.encoding", "UTF-8").startsWith("UTF");
  }

  private static boolean hasControlCharacter(String text) {
    boolean found = false;
    for (int i = 0; i < text.length(); i++) {
      found |= Character.isISOControl(text.charAt(i));
    }
    return found;
  }

  /** Returns the length in bytes, -1 if the text has an unpaired surrogate. */
  private static int utf8Length(String text) {
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)).remaining();
    } catch (CharacterCodingException expected) {
      // Such a text has no UTF-8 encoding, so different ids could share a hash.
      return -1;
    }
  }

  /** Returns a text shortened and without control characters, for messages. */
  static String printable(String text) {
    int maxLength = 60;
    String shortened = text.length() > maxLength ? text.substring(0, maxLength) + "…" : text;
    StringBuilder shown = new StringBuilder();
    shortened.chars().forEach(c -> shown.append(Character.isISOControl(c) ? '\uFFFD' : (char) c));
    return shown.toString();
  }

  // Not the generated method, which a record links at its first call: costly in a cold JVM.
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

  /** Returns the name of the process directory, see {@code DirectoryName}. */
  public String directoryName() {
    return DirectoryName.of(app, task, id);
  }

  /** Returns {@code TASK (id: …)}, preceded by the app's name if there is one. */
  @Override
  public String toString() {
    return app.map(name -> name + ": ").orElse("") + task + " (id: " + id + ")";
  }
}
