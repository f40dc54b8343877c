package io.luhproc.tree;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.LimitMarker;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Defines the members of a process tree.
 *
 * <p>Descendants never start before the root. Older processes with the same marker are left over
 * from an earlier launch. {@link #sinceRoot()} excludes them and saves reading the environments of
 * all older processes on the machine.
 *
 * @param directory the process directory; processes with this path in {@code LUHPROC_DIR} are
 *     members
 * @param root the first process of the tree, if known; it may have exited
 * @param includeOlder whether marked processes older than the root are members
 * @param container the container of the tree, if any; every process inside is a member
 * @param limitMarker the limit marker of the launch, if it has one
 * @param user the user id that the root runs as, if it is not that of this JVM
 */
public record TreeScope(
    Path directory,
    Optional<ProcessIdentity> root,
    boolean includeOlder,
    Optional<ProcessContainer> container,
    Optional<LimitMarker> limitMarker,
    OptionalLong user) {

  /**
   * Validates the directory.
   *
   * @throws IllegalArgumentException if the directory is relative
   */
  public TreeScope {
    if (!directory.isAbsolute()) {
      throw new IllegalArgumentException("directory (" + directory + ") must be absolute");
    }
  }

  /** Returns the scope of a directory and a root, including leftovers of earlier launches. */
  public static TreeScope of(Path directory, Optional<ProcessIdentity> root) {
    return new TreeScope(
        directory, root, true, Optional.empty(), Optional.empty(), OptionalLong.empty());
  }

  /** Returns this scope without processes older than the root. No effect if it is unknown. */
  public TreeScope sinceRoot() {
    return new TreeScope(directory, root, false, container, limitMarker, user);
  }

  /** Returns this scope with all processes inside a container. */
  public TreeScope withContainer(ProcessContainer container) {
    return new TreeScope(directory, root, includeOlder, Optional.of(container), limitMarker, user);
  }

  /** Returns this scope with the processes that carry a limit marker. */
  public TreeScope withLimitMarker(LimitMarker marker) {
    return new TreeScope(directory, root, includeOlder, container, Optional.of(marker), user);
  }

  /** Returns this scope for a root that runs as another user than this JVM. */
  public TreeScope withUser(long userId) {
    return new TreeScope(
        directory, root, includeOlder, container, limitMarker, OptionalLong.of(userId));
  }

  /** Returns the start of the oldest process that may be a member by its marker. */
  long minStartTicks() {
    return includeOlder || root.isEmpty() ? Long.MIN_VALUE : root.get().startTicks();
  }
}
