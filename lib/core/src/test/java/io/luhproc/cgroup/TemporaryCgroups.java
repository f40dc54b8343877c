package io.luhproc.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.limits.ResourceLimits;
import io.luhproc.testing.Eventually;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Creates cgroups for a test, and kills and removes them afterwards. */
final class TemporaryCgroups implements AfterEachCallback {
  static final int SIGKILL_EXIT_CODE = 128 + 9;

  private final Cgroups cgroups;
  private final List<Cgroup> created = new ArrayList<>();

  TemporaryCgroups(Cgroups cgroups) {
    this.cgroups = cgroups;
  }

  Cgroup create(String name, ResourceLimits limits) {
    Cgroup cgroup = cgroups.create(name, limits);
    created.add(cgroup);
    return cgroup;
  }

  /** Creates a cgroup and asserts that all its limits are enforced. */
  Cgroup createEnforced(ResourceLimits.Builder limits) {
    Cgroup cgroup = create("test-" + created.size(), limits.build());
    assertThat(cgroup.limitReport().isFullyEnforced()).as("%s", cgroup.limitReport()).isTrue();
    return cgroup;
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    for (Cgroup cgroup : created) {
      cgroup.kill();
      Eventually.holds("no process is in " + cgroup, () -> !cgroup.isPopulated());
      Eventually.holds("removed: " + cgroup, cgroup::remove);
      assertThat(cgroup.directories())
          .allSatisfy(directory -> assertThat(directory).doesNotExist());
    }
    created.clear();
  }
}
