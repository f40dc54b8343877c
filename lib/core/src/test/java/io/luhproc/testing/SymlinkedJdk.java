package io.luhproc.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A JDK that consists of links to another one, so that parts can be removed. */
public final class SymlinkedJdk {
  private final Path jdk;
  private final Path home;

  private SymlinkedJdk(Path jdk, Path home) {
    this.jdk = jdk;
    this.home = home;
  }

  /** Links a JDK without its spawn helper. The files that locate the JDK home are copied. */
  public static SymlinkedJdk withoutSpawnHelper(Path jdk, Path home) throws IOException {
    link(jdk, home, List.of("bin", "lib"));
    link(
        jdk.resolve("lib"),
        home.resolve("lib"),
        List.of("server", "libjava.so", "libjli.so", "jspawnhelper"));
    link(jdk.resolve("lib/server"), home.resolve("lib/server"), List.of("libjvm.so"));
    for (String copied : List.of("lib/libjava.so", "lib/libjli.so", "lib/server/libjvm.so")) {
      Path ignored = Files.copy(jdk.resolve(copied), home.resolve(copied));
    }
    Path ignored = Files.createDirectories(home.resolve("bin"));
    ignored = Files.copy(jdk.resolve("bin/java"), home.resolve("bin/java"));
    return new SymlinkedJdk(jdk, home);
  }

  private static void link(Path from, Path to, List<String> excluded) throws IOException {
    Path ignored = Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (!excluded.contains(name) && Files.exists(file)) {
          ignored = Files.createSymbolicLink(to.resolve(name), file.toRealPath());
        }
      }
    }
  }

  /** Returns the launcher. */
  public Path java() {
    return home.resolve("bin/java");
  }

  /** Adds the spawn helper. */
  public void addSpawnHelper() throws IOException {
    Path ignored = Files.createSymbolicLink(helper(), jdk.resolve("lib/jspawnhelper"));
  }

  /** Removes the spawn helper, as an update of the JDK does. */
  public void removeSpawnHelper() throws IOException {
    Files.delete(helper());
  }

  private Path helper() {
    return home.resolve("lib/jspawnhelper");
  }
}
