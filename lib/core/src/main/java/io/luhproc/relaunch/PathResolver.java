package io.luhproc.relaunch;

import java.io.File;

/**
 * Makes relative paths absolute, as text: a path that this JVM cannot encode, a wildcard ({@code
 * lib/*}) or a missing file all pass unharmed.
 *
 * @param baseDirectory the absolute directory that relative paths refer to
 */
record PathResolver(String baseDirectory) {

  /** Returns one path made absolute; the empty path is the directory itself. */
  String resolve(String path) {
    if (path.startsWith("/")) {
      return path;
    }
    if (path.isEmpty() || path.equals(".")) {
      return baseDirectory;
    }
    return baseDirectory.endsWith("/")
        ? baseDirectory.concat(path)
        : baseDirectory.concat("/").concat(path);
  }

  /** Returns a search path, each entry made absolute; an empty entry is the directory itself. */
  String resolveSearchPath(String searchPath) {
    StringBuilder result = new StringBuilder(searchPath.length() + baseDirectory.length());
    int start = 0;
    for (int end = nextSeparator(searchPath, 0); start <= searchPath.length(); ) {
      if (start > 0) {
        result.append(File.pathSeparatorChar);
      }
      result.append(resolve(searchPath.substring(start, end)));
      start = end + 1;
      end = nextSeparator(searchPath, start);
    }
    return result.toString();
  }

  /** Returns a text {@code PATH[=REST]} whose path is made absolute, as agents are given. */
  String resolveBeforeEquals(String text) {
    int equals = text.indexOf('=');
    return equals < 0
        ? resolve(text)
        : resolve(text.substring(0, equals)).concat(text.substring(equals));
  }

  private static int nextSeparator(String text, int from) {
    int at = text.indexOf(File.pathSeparatorChar, from);
    return at < 0 ? text.length() : at;
  }
}
