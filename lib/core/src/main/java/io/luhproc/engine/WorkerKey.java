package io.luhproc.engine;

import io.luhproc.directory.ProcessKey;
import java.util.Objects;
import java.util.Optional;

/**
 * What identifies a worker on every engine. It is chosen by the caller and exists before the start.
 *
 * @param app the name of the app, if it has one; same rule as the id
 * @param task the environment variable of the task: {@code [A-Za-z_][A-Za-z0-9_]*}, at most 200
 *     characters
 * @param id any text of 1 to 4 096 bytes in UTF-8 without control characters
 * @since 0.1
 */
public record WorkerKey(Optional<String> app, String task, String id) {
  // '-' and 12 base-32 characters, which are 60 bits of SHA-256.
  private static final int SUFFIX_LENGTH = 13;

  /**
   * Checks app, task and id.
   *
   * @throws IllegalArgumentException if one breaks its rule; the message names value and rule
   */
  public WorkerKey {
    ProcessKey ignored = new ProcessKey(app, task, id);
  }

  /**
   * Returns a name of lower-case letters, digits and {@code -} that no other key has: the beginning
   * of the task, and 12 characters of a hash over app, task and id. It begins with a letter and
   * ends with a letter or digit, as a DNS label does (RFC 1035).
   *
   * @param maxLength the greatest length, at least 15
   * @throws IllegalArgumentException if {@code maxLength} is less than 15
   */
  public String shortName(int maxLength) {
    if (maxLength < SUFFIX_LENGTH + 2) {
      throw new IllegalArgumentException("maxLength (" + maxLength + ") must be at least 15");
    }
    String full = new ProcessKey(app, task, id).directoryName();
    int split = full.length() - SUFFIX_LENGTH;
    String prefix = full.substring(0, split);
    if (prefix.startsWith("-")) {
      prefix = "w" + prefix;
    }
    int length = Math.min(prefix.length(), maxLength - SUFFIX_LENGTH);
    return prefix.substring(0, length) + full.substring(split);
  }

  /** Returns {@code TASK (id: …)}, preceded by the app's name if there is one. */
  @Override
  public String toString() {
    return new ProcessKey(app, Objects.requireNonNull(task), id).toString();
  }
}
