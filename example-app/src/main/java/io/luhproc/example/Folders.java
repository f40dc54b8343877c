package io.luhproc.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders as people name them, and as we show them. */
final class Folders {
  private Folders() {}

  /**
   * Returns the real path of a folder.
   *
   * @throws DocSearchException when it is none, or its name cannot be told to another process
   */
  static Path real(Path named) throws IOException {
    if (!Files.isDirectory(named)) {
      throw new DocSearchException("not a folder: " + visible(named.toString()) + localeHint());
    }
    Path folder = named.toRealPath();
    if (folder.toString().indexOf('\uFFFD') >= 0) {
      throw new DocSearchException("the name of the folder is no text" + localeHint());
    }
    return folder;
  }

  /** Returns whether Java reads and writes every name of a file; it depends on the locale. */
  static boolean knowsAllNames() {
    return System.getProperty("sun.jnu.encoding", "").equalsIgnoreCase("UTF-8");
  }

  private static String localeHint() {
    return knowsAllNames()
        ? ""
        : "; Java knows only ASCII names in this locale, so try again with LC_ALL=C.UTF-8";
  }

  /** Returns the real path of what exists, and the absolute one of what does not any more. */
  static Path realIfThere(Path named) throws IOException {
    return Files.exists(named) ? named.toRealPath() : named.toAbsolutePath().normalize();
  }

  /** Returns a text of somebody else with a space for everything that could command a terminal. */
  static String visible(String text) {
    StringBuilder visible = new StringBuilder(text);
    for (int i = 0; i < visible.length(); i++) {
      char c = visible.charAt(i);
      if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
        visible.setCharAt(i, ' ');
      }
    }
    return visible.toString();
  }
}
