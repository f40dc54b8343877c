package io.luhproc.example;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Root directory of all indexes of a user: {@code $XDG_CACHE_HOME/docsearch}, else {@code
 * ~/.cache/docsearch}. It can be deleted while no indexer runs.
 *
 * @param root the directory, which contains one directory per indexed folder
 */
record IndexRoot(Path root) {
  private static final String APP = "docsearch";
  private static final int NAME_LENGTH = 16;

  /** Returns the root for the environment of this process. */
  static IndexRoot forCurrentUser() {
    return fromEnvironment(System.getenv(), Path.of(System.getProperty("user.home", ".")));
  }

  /** Returns the root for an environment. A relative path is ignored, as XDG specifies. */
  static IndexRoot fromEnvironment(Map<String, String> environment, Path userHome) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base = cache.startsWith("/") ? Path.of(cache) : userHome.resolve(".cache");
    return new IndexRoot(base.resolve(APP));
  }

  /** Returns the location of the index of a folder, whether it exists or not. */
  IndexLocation locationOf(Path folder) {
    return new IndexLocation(folder, root.resolve(hash(folder.toString())));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, NAME_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(
          "cannot hash a path: SHA-256 is missing in this Java platform", e);
    }
  }

  /** Creates the directory of an index with mode 0700. */
  void createDirectory(IndexLocation location) throws IOException {
    Files.createDirectories(root);
    if (!Files.isDirectory(location.directory())) {
      Files.createDirectory(
          location.directory(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /** Returns the existing indexes, sorted by folder. */
  List<IndexLocation> locations() throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    List<IndexLocation> locations = new ArrayList<>();
    try (Stream<Path> directories = Files.list(root)) {
      for (Path directory : directories.filter(Files::isDirectory).toList()) {
        new StatusFile(directory.resolve("status.properties"))
            .read()
            .ifPresent(status -> locations.add(new IndexLocation(status.folder(), directory)));
      }
    }
    locations.sort(Comparator.comparing(IndexLocation::folder));
    return locations;
  }

  /** Returns the index that contains a path: that of the path or of its nearest ancestor. */
  Optional<IndexLocation> findCovering(@Nullable Path path) throws IOException {
    for (Path folder = path; folder != null; folder = folder.getParent()) {
      IndexLocation location = locationOf(folder);
      if (location.statusFile().read().isPresent()) {
        return Optional.of(location);
      }
    }
    return Optional.empty();
  }
}
