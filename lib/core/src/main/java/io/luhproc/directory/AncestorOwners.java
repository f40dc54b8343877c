package io.luhproc.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds a directory or link on the way to a path that belongs to another ordinary user, who can
 * rename what is below it.
 */
final class AncestorOwners {
  private AncestorOwners() {}

  /** Returns the nearest foreign ancestor of a path, or of what its links lead to; else null. */
  static @Nullable Path findForeign(Path path) throws IOException {
    Path parent = path.getParent();
    while (parent != null && !Files.exists(parent)) {
      parent = parent.getParent();
    }
    if (parent == null) {
      return null;
    }
    Path foreign = findForeignUpwards(parent);
    return foreign == null ? findForeignUpwards(parent.toRealPath()) : foreign;
  }

  private static @Nullable Path findForeignUpwards(Path directory) throws IOException {
    for (Path at = directory; at != null; at = at.getParent()) {
      Optional<FileStat> stat = FileStat.of(at);
      if (stat.isPresent() && !EffectiveUser.trusts(stat.get().uid())) {
        return at;
      }
    }
    return null;
  }
}
