package io.luhproc.supervisor;

import io.luhproc.cgroup.Cgroups;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks for control groups when the first process with limits needs them, and not before. */
final class LazyCgroups implements Supplier<Cgroups> {
  private final Supplier<Cgroups> search;
  private @Nullable Cgroups found;

  LazyCgroups(Supplier<Cgroups> search) {
    this.search = search;
  }

  @Override
  public synchronized Cgroups get() {
    Cgroups known = found;
    if (known == null) {
      known = search.get();
      found = known;
    }
    return known;
  }
}
