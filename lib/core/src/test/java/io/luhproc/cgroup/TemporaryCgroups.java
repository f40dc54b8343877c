package io.luhproc.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.limits.ResourceLimits;
import io.luhproc.testing.Eventually;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Groups of the kernel that a test makes: killed and removed afterwards, which is checked. */
final class TemporaryCgroups implements AfterEachCallback {
  static final int SIGKILL_EXIT_CODE = 128 + 9;

  private final Cgroups cgroups;
  private final List<Cgroup> created = new ArrayList<>();

  TemporaryCgroups(Cgroups cgroups) {
    this.cgroups = cgroups;
  }

  Cgroup create(String name, ResourceLimits limits) {
    Cgroup group = cgroups.create(name, limits);
    created.add(group);
    return group;
  }

  /** Makes one that must hold all its limits. */
  Cgroup createEnforced(ResourceLimits.Builder limits) {
    Cgroup group = create("test-" + created.size(), limits.build());
    assertThat(group.limitReport().isFullyEnforced()).as("%s", group.limitReport()).isTrue();
    return group;
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    for (Cgroup group : created) {
      group.kill();
      Eventually.holds("nobody lives in " + group, () -> !group.isPopulated());
      Eventually.holds("it goes: " + group, group::remove);
      assertThat(group.directories()).allSatisfy(directory -> assertThat(directory).doesNotExist());
    }
    created.clear();
  }
}
