package io.luhproc.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders as people name them, and as we show them. */
final class FolderPaths {
  private FolderPaths() {}

  /**
   * Returns the real path of a folder.
   *
   * @throws DocSearchException when it is none, or its name cannot be told to another process
   */
  static Path requireFolder(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new DocSearchException(
          "not a folder: " + replaceControls(path.toString()) + localeHint());
    }
    Path folder = path.toRealPath();
    if (folder.toString().indexOf('\uFFFD') >= 0) {
      throw new DocSearchException("the name of the folder is no text" + localeHint());
    }
    return folder;
  }

  /** Returns whether Java reads and writes every name of a file; it depends on the locale. */
  static boolean supportsUnicodeNames() {
    return System.getProperty("sun.jnu.encoding", "").equalsIgnoreCase("UTF-8");
  }

  private static String localeHint() {
    return supportsUnicodeNames()
        ? ""
        : "; Java knows only ASCII names in this locale, so try again with LC_ALL=C.UTF-8";
  }

  /** Returns the real path of what exists, and the absolute one of what does not any more. */
  static Path resolveReal(Path path) throws IOException {
    return Files.exists(path) ? path.toRealPath() : path.toAbsolutePath().normalize();
  }

  /** Returns a text of somebody else with a space for everything that could command a terminal. */
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
