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
 * The control groups of one supervisor. They are looked for when the first process with limits
 * needs them, and not before; what a former supervisor on the same directory left empty is removed
 * then.
 */
public final class CgroupProvider implements Supplier<Cgroups> {
  // What Cgroups allows, less a supervisor's own part.
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

  /** Two supervisors may have services of one name, whose groups are made in one place. */
  private static String prefix(ProcessRoot root) {
    String directory = root.path().toAbsolutePath().normalize().toString();
    ProcessKey key = new ProcessKey(Optional.empty(), "of", directory);
    return root.directory(key).path().getFileName() + "-";
  }

  /** Returns the name of the group of a process, which no other process has. */
  String nameFor(Path processDirectory) {
    String name = String.valueOf(processDirectory.getFileName());
    // Its hash, by which it is told from others, is at the end.
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

  /** Who was launched just before the former supervisor died may not have joined yet. */
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
      LoggerFactory.getLogger(CgroupProvider.class).debug("groups in use already: {}", running);
    } catch (IOException e) {
      LoggerFactory.getLogger(CgroupProvider.class)
          .warn("cannot remove control groups that a former supervisor left", e);
    }
  }
}
