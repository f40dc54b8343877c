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
 * Where the indexes of a user are: {@code $XDG_CACHE_HOME/docsearch}, else {@code
 * ~/.cache/docsearch}. What is in there can be deleted when no indexer runs; it is made again.
 *
 * @param root the directory that has one directory for each folder
 */
record IndexRoot(Path root) {
  private static final String APP = "docsearch";
  private static final int NAME_LENGTH = 16;

  /** Returns the home in the environment of this process. */
  static IndexRoot forCurrentUser() {
    return fromEnvironment(System.getenv(), Path.of(System.getProperty("user.home", ".")));
  }

  /**
   * Returns the home in an environment; as the XDG specification says, a relative path is ignored.
   */
  static IndexRoot fromEnvironment(Map<String, String> environment, Path userHome) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base = cache.startsWith("/") ? Path.of(cache) : userHome.resolve(".cache");
    return new IndexRoot(base.resolve(APP));
  }

  /** Returns where the index of a folder is, or would be. */
  IndexLocation locationOf(Path folder) {
    return new IndexLocation(folder, root.resolve(hash(folder.toString())));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, NAME_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Creates the directory of an index, for this user only. */
  void createDirectory(IndexLocation location) throws IOException {
    Files.createDirectories(root);
    if (!Files.isDirectory(location.directory())) {
      Files.createDirectory(
          location.directory(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /** Returns the indexes that there are, by their folders. */
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

  /** Returns the index that covers a path: the one of the nearest folder above it, or of itself. */
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
