package io.luhproc.relaunch;

import java.io.File;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the class path of an app that runs in a class loader of its own, as build tools and app
 * servers run it. The system property {@code java.class.path} is then that of the tool.
 */
final class AppClassPath {
  private AppClassPath() {}

  /**
   * Returns the class path of the class loader that contains a class.
   *
   * @return null if the class is on the class path of this JVM or cannot be found
   */
  static @Nullable String find(String className) {
    String resource = className.replace('.', '/') + ".class";
    if (ClassLoader.getSystemResource(resource) != null) {
      return null;
    }
    String classPath = find(resource, Thread.currentThread().getContextClassLoader());
    return classPath == null ? find(resource, AppClassPath.class.getClassLoader()) : classPath;
  }

  private static @Nullable String find(String resource, @Nullable ClassLoader start) {
    if (start == null || start.getResource(resource) == null) {
      return null;
    }
    List<String> entries = new ArrayList<>();
    ClassLoader system = ClassLoader.getSystemClassLoader();
    for (ClassLoader at = start; at != null && at != system; at = at.getParent()) {
      if (at instanceof URLClassLoader loader) {
        addFiles(loader, entries);
      }
    }
    return entries.isEmpty() ? null : String.join(File.pathSeparator, entries);
  }

  private static void addFiles(URLClassLoader loader, List<String> entries) {
    for (URL url : loader.getURLs()) {
      try {
        if (url.getProtocol().equals("file")) {
          entries.add(Path.of(url.toURI()).toString());
        }
      } catch (URISyntaxException | IllegalArgumentException ignored) {
        // Not the path of a file: java(1) could not load it either.
      }
    }
  }
}
