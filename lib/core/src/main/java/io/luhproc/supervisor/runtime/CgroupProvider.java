package io.luhproc.supervisor.runtime;

import io.luhproc.cgroup.Cgroups;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.procfs.ProcessTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The control groups of one supervisor. They are detected when the first process with limits needs
 * them. Empty groups that a former supervisor left for the same directory are then removed.
 */
public final class CgroupProvider implements Supplier<Cgroups> {
  // The maximum length in Cgroups, minus the prefix.
  private static final int MAX_NAME_LENGTH = 180;

  private final Supplier<Cgroups> factory;
  private final ProcessRoot root;
  private final String prefix;
  private @Nullable Cgroups cgroups;

  public CgroupProvider(Supplier<Cgroups> factory, ProcessRoot root) {
    this.factory = factory;
    this.root = root;
    this.prefix = prefix(root);
  }

  /**
   * Returns a prefix unique to the directory: supervisors may share service names and parent
   * groups.
   */
  private static String prefix(ProcessRoot root) {
    String directory = root.path().toAbsolutePath().normalize().toString();
    ProcessKey key = new ProcessKey(Optional.empty(), "of", directory);
    return root.directory(key).path().getFileName() + "-";
  }

  /** Returns the unique name of the group of a process. */
  String nameFor(Path processDirectory) {
    String name = String.valueOf(processDirectory.getFileName());
    // Keeps the end of the name, where a hash makes it unique.
    return prefix + name.substring(Math.max(0, name.length() - MAX_NAME_LENGTH));
  }

  @Override
  public synchronized Cgroups get() {
    Cgroups known = cgroups;
    if (known == null) {
      known = factory.get();
      cgroups = known;
      removeLeftovers(known);
    }
    return known;
  }

  /**
   * Returns whether the process of a group is gone. A process that was launched just before the
   * supervisor was killed may not have joined its group yet.
   */
  private boolean isLeftOver(String name) {
    if (!name.startsWith(prefix)) {
      return false;
    }
    String directory = name.substring(prefix.length());
    return ProcessDirectory.at(root.path().resolve(directory))
        .readRecord()
        .flatMap(ProcessRecord::identity)
        .filter(ProcessTable.system()::isAlive)
        .isEmpty();
  }

  private void removeLeftovers(Cgroups cgroups) {
    try {
      Set<String> running = cgroups.removeEmpty(this::isLeftOver);
      LoggerFactory.getLogger(CgroupProvider.class)
          .debug("control groups in use already: {}", running);
    } catch (IOException e) {
      LoggerFactory.getLogger(CgroupProvider.class)
          .warn("cannot remove control groups that a former supervisor left", e);
    }
  }
}
