package io.luhproc.notify;

import io.luhproc.notify.NotifyServer.Tree;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.LimitMarker;
import io.luhproc.procfs.ProcessTable;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the tree that a process belongs to, by the marks of its processes: the environment marker
 * decides, then the limit marker, then session, process group and descent.
 */
final class SenderResolver {
  private static final int MAX_GENERATIONS = 100;

  private final ProcessTable table;

  SenderResolver(ProcessTable table) {
    this.table = table;
  }

  /** Returns the process that has a pid, also a zombie. */
  Optional<ProcessStat> find(long pid) {
    return ProcessIdentity.isValidPid(pid) ? table.find(pid) : Optional.empty();
  }

  /** Returns the directory of the tree of a process; empty if it is in none of the given ones. */
  Optional<Path> resolve(ProcessStat process, Map<Path, Tree> trees) {
    Optional<ProcessStat> next = Optional.of(process);
    for (int i = 0; i < MAX_GENERATIONS && next.isPresent(); i++) {
      ProcessStat current = next.get();
      Optional<String> directory =
          table.environmentVariable(current.pid(), EnvironmentNames.DIRECTORY);
      if (directory.isPresent()) {
        // The marker of another tree, such as that of a worker that this process has started.
        return Optional.of(Path.of(directory.get())).filter(trees::containsKey);
      }
      Optional<Path> found = byLimitMarker(current, trees).or(() -> byIds(current, trees));
      if (found.isPresent()) {
        return found;
      }
      next = find(current.parentPid());
    }
    return Optional.empty();
  }

  private Optional<Path> byLimitMarker(ProcessStat process, Map<Path, Tree> trees) {
    Optional<LimitMarker> marker = table.limitMarker(process.pid());
    return marker.isEmpty()
        ? Optional.empty()
        : trees.values().stream()
            .filter(tree -> tree.limitMarker().equals(marker))
            .map(Tree::directory)
            .findFirst();
  }

  private static Optional<Path> byIds(ProcessStat process, Map<Path, Tree> trees) {
    return trees.values().stream()
        .filter(tree -> tree.root().isPresent() && hasId(process, tree.root().get()))
        .map(Tree::directory)
        .findFirst();
  }

  private static boolean hasId(ProcessStat process, ProcessIdentity root) {
    boolean isRoot = process.pid() == root.pid() && process.startTicks() == root.startTicks();
    boolean isYounger = process.startTicks() >= root.startTicks();
    return isRoot
        || (isYounger
            && (process.sessionId() == root.pid() || process.processGroupId() == root.pid()));
  }
}
