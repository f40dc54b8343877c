package io.luhproc.relaunch;

import java.io.File;

/**
 * Makes relative paths absolute. Works on text, so that wildcards ({@code lib/*}), missing files
 * and paths that this JVM cannot encode are preserved.
 *
 * @param baseDirectory the absolute directory to which relative paths refer
 */
record PathResolver(String baseDirectory) {

  /** Returns the absolute form of a path. The empty path means the base directory. */
  String resolve(String path) {
    if (path.startsWith("/")) {
      return path;
    }
    if (path.isEmpty() || path.equals(".")) {
      return baseDirectory;
    }
    return baseDirectory.endsWith("/") ? baseDirectory + path : baseDirectory + "/" + path;
  }

  /** Returns a search path with absolute entries. An empty entry means the base directory. */
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

  /** Returns {@code PATH[=OPTIONS]} with an absolute path, the form of agent options. */
  String resolveBeforeEquals(String text) {
    int equals = text.indexOf('=');
    return equals < 0 ? resolve(text) : resolve(text.substring(0, equals)) + text.substring(equals);
  }

  private static int nextSeparator(String text, int from) {
    int at = text.indexOf(File.pathSeparatorChar, from);
    return at < 0 ? text.length() : at;
  }
}
