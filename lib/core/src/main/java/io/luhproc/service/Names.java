package io.luhproc.service;

/** The rule for names of services and processes: they stand in directories, URLs and commands. */
final class Names {
  private static final int LONGEST = 64;

  private Names() {}

  static String check(String what, String name) {
    boolean good = !name.isEmpty() && name.length() <= LONGEST && isLetterOrDigit(name.charAt(0));
    for (int i = 0; good && i < name.length(); i++) {
      char c = name.charAt(i);
      good = isLetterOrDigit(c) || c == '-' || c == '_' || c == '.' || c == '@';
    }
    if (!good) {
      throw new IllegalArgumentException(
          what
              + " ("
              + shown(name)
              + ") must have 1 to "
              + LONGEST
              + " characters, letters, digits, '-', '_', '.' and '@', and begin with a letter or a"
              + " digit");
    }
    return name;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static String shown(String name) {
    String cut = name.length() > LONGEST ? name.substring(0, LONGEST) + "…" : name;
    StringBuilder text = new StringBuilder();
    cut.chars().forEach(c -> text.append(Character.isISOControl(c) ? '\uFFFD' : (char) c));
    return text.toString();
  }
}
