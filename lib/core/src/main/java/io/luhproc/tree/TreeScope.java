package io.luhproc.tree;

import io.luhproc.process.ProcessIdentity;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which processes make up a tree.
 *
 * <p>All that descends from a root started after it, in ticks of the kernel not before it. Older
 * ones that carry the same directory are left from an earlier launch: who launches again only after
 * a sweep has none of these, unless it was killed itself in between. Where they cannot be, {@link
 * #sinceRoot()} spares the reading of their environments.
 *
 * @param directory the process directory: whoever carries it in {@code LUHPROC_DIR} belongs
 * @param root the first process of the tree, where it is known; it may have left long ago
 * @param includeOlder whether carriers that are older than the root belong too
 * @param container what the tree is confined to: who is in it belongs too
 */
public record TreeScope(
    Path directory,
    Optional<ProcessIdentity> root,
    boolean includeOlder,
    Optional<ProcessContainer> container) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when the directory is relative
   */
  public TreeScope {
    if (!directory.isAbsolute()) {
      throw new IllegalArgumentException("directory (" + directory + ") must be absolute");
    }
  }

  /** Returns the tree of a directory and a root, with what is left of earlier launches. */
  public static TreeScope of(Path directory, Optional<ProcessIdentity> root) {
    return new TreeScope(directory, root, true, Optional.empty());
  }

  /** Returns the same without what is older than the root; all of it where no root is known. */
  public TreeScope sinceRoot() {
    return new TreeScope(directory, root, false, container);
  }

  /** Returns the same with all that is in a confinement. */
  public TreeScope withContainer(ProcessContainer container) {
    return new TreeScope(directory, root, includeOlder, Optional.of(container));
  }

  /** Returns the start of the oldest that may belong by its cookie. */
  long minStartTicks() {
    return includeOlder || root.isEmpty() ? Long.MIN_VALUE : root.get().startTicks();
  }
}
