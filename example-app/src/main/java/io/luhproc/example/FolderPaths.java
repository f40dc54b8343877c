package io.luhproc.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resolves folders on the command line, and makes paths printable. */
final class FolderPaths {
  private FolderPaths() {}

  /**
   * Returns the real path of a folder that is to be indexed.
   *
   * @throws DocSearchException if it is not a folder, or its name is not valid in this locale
   */
  static Path requireFolder(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new DocSearchException(
          "cannot index " + replaceControls(path.toString()) + ": not a folder" + localeHint());
    }
    Path folder = path.toRealPath();
    if (folder.toString().indexOf('\uFFFD') >= 0) {
      throw new DocSearchException(
          "cannot index the folder: its name is not valid in this locale" + localeHint());
    }
    return folder;
  }

  /** Returns whether Java supports all file names in this locale. */
  static boolean supportsUnicodeNames() {
    return System.getProperty("sun.jnu.encoding", "").equalsIgnoreCase("UTF-8");
  }

  private static String localeHint() {
    return supportsUnicodeNames()
        ? ""
        : "; Java supports only ASCII names in this locale, so set LC_ALL=C.UTF-8";
  }

  /** Returns the real path if it exists, and otherwise the absolute path. */
  static Path resolveReal(Path path) throws IOException {
    return Files.exists(path) ? path.toRealPath() : path.toAbsolutePath().normalize();
  }

  /**
   * Returns untrusted text with a space for each character that could control a terminal. Its
   * length stays the same, as the ranges of a {@link Snippet} need.
   */
  static String replaceControls(String text) {
    StringBuilder replaced = new StringBuilder(text);
    for (int i = 0; i < replaced.length(); i++) {
      char c = replaced.charAt(i);
      if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
        replaced.setCharAt(i, ' ');
      }
    }
    return replaced.toString();
  }
}
