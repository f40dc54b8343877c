package io.luhproc.service;

/** Validates names of services and processes, which appear in paths, URLs and commands. */
final class NameValidator {
  private static final int MAX_LENGTH = 64;

  private NameValidator() {}

  static String requireValid(String kind, String name) {
    boolean valid =
        !name.isEmpty() && name.length() <= MAX_LENGTH && isLetterOrDigit(name.charAt(0));
    for (int i = 0; valid && i < name.length(); i++) {
      char c = name.charAt(i);
      valid = isLetterOrDigit(c) || c == '-' || c == '_' || c == '.' || c == '@';
    }
    if (!valid) {
      throw new IllegalArgumentException(
          kind
              + " ("
              + printable(name)
              + ") must have 1 to "
              + MAX_LENGTH
              + " letters, digits, '-', '_', '.' and '@', and begin with a letter or digit");
    }
    return name;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static String printable(String name) {
    String truncated = name.length() > MAX_LENGTH ? name.substring(0, MAX_LENGTH) + "…" : name;
    StringBuilder text = new StringBuilder();
    truncated.chars().forEach(c -> text.append(Character.isISOControl(c) ? '\uFFFD' : (char) c));
    return text.toString();
  }
}
