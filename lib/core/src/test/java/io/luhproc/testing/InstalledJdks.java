package io.luhproc.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds the JDKs that are installed beside the one that runs the tests. */
public final class InstalledJdks {
  private InstalledJdks() {}

  /** Returns one home per feature release, including that of the running JVM. */
  public static List<Path> homes() {
    Path own = Path.of(System.getProperty("java.home"));
    TreeMap<String, Path> homes = new TreeMap<>();
    try (Stream<Path> siblings = Files.list(own.getParent())) {
      siblings
          .filter(home -> Files.isExecutable(home.resolve("bin/javac")))
          .forEach(home -> homes.put(featureVersion(home), home));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    homes.put(featureVersion(own), own);
    homes.remove("");
    return List.copyOf(homes.values());
  }

  /** Returns the feature release of a JDK; an empty string if it is below 17 or unknown. */
  public static String featureVersion(Path home) {
    try (Stream<String> lines = Files.lines(home.resolve("release"))) {
      return lines
          .filter(line -> line.startsWith("JAVA_VERSION=\""))
          .map(line -> line.replaceAll("JAVA_VERSION=\"(\\d+).*", "$1"))
          .filter(feature -> Integer.parseInt(feature) >= 17)
          .findFirst()
          .orElse("");
    } catch (IOException expected) {
      // The directory is not a JDK.
      return "";
    }
  }
}
