package io.luhproc.process;

import java.io.File;

/**
 * Makes relative paths absolute, as text: a path that this JVM cannot encode, a wildcard ({@code
 * lib/*}) or a missing file all pass unharmed.
 *
 * @param directory the absolute directory that relative paths refer to
 */
record AbsolutePaths(String directory) {

  /** Returns one path made absolute; the empty path is the directory itself. */
  String one(String path) {
    if (path.startsWith("/")) {
      return path;
    }
    if (path.isEmpty() || path.equals(".")) {
      return directory;
    }
    return directory.endsWith("/") ? directory.concat(path) : directory.concat("/").concat(path);
  }

  /** Returns a search path, each entry made absolute; an empty entry is the directory itself. */
  String list(String searchPath) {
    StringBuilder result = new StringBuilder(searchPath.length() + directory.length());
    int start = 0;
    for (int end = next(searchPath, 0); start <= searchPath.length(); ) {
      if (start > 0) {
        result.append(File.pathSeparatorChar);
      }
      result.append(one(searchPath.substring(start, end)));
      start = end + 1;
      end = next(searchPath, start);
    }
    return result.toString();
  }

  /** Returns a text {@code PATH[=REST]} whose path is made absolute, as agents are given. */
  String beforeEquals(String text) {
    int equals = text.indexOf('=');
    return equals < 0 ? one(text) : one(text.substring(0, equals)).concat(text.substring(equals));
  }

  private static int next(String text, int from) {
    int at = text.indexOf(File.pathSeparatorChar, from);
    return at < 0 ? text.length() : at;
  }
}
