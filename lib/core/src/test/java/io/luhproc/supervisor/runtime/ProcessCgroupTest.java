package io.luhproc.supervisor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cgroup.Cgroups;
import io.luhproc.cgroup.FakeCgroups;
import io.luhproc.limits.ResourceLimits;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Out-of-memory kills in a control group that outlives the launches of its process. */
class ProcessCgroupTest {
  private static final String NAME = "shop-web";
  private static final ResourceLimits LIMITS = ResourceLimits.builder().memory("8MiB").build();

  @TempDir private Path root;

  private ProcessCgroup cgroup() {
    Cgroups cgroups = FakeCgroups.of(root, "memory");
    return new ProcessCgroup(() -> cgroups, NAME);
  }

  private void writeOomKills(int count) throws IOException {
    Path directory = Files.createDirectories(root.resolve(Cgroups.NAME_PREFIX + NAME));
    Files.writeString(directory.resolve("cgroup.procs"), "");
    Files.writeString(directory.resolve("memory.events"), "oom_kill " + count + "\n");
  }

  @Test
  void outOfMemoryKillOfEarlierLaunchIsNotThatOfNextLaunch() throws IOException {
    writeOomKills(1);
    ProcessCgroup cgroup = cgroup();
    cgroup.createForLaunch(LIMITS);
    assertThat(cgroup.ranOutOfMemory()).isFalse();
    writeOomKills(2);
    assertThat(cgroup.ranOutOfMemory()).isTrue();
    cgroup.createForLaunch(LIMITS);
    assertThat(cgroup.ranOutOfMemory()).isFalse();
  }

  @Test
  void groupIsRemovedAtNextLaunchWithoutLimits() throws IOException {
    ProcessCgroup cgroup = cgroup();
    cgroup.createForLaunch(LIMITS);
    Path directory = root.resolve(Cgroups.NAME_PREFIX + NAME);
    assertThat(directory).isDirectory();
    // The kernel removes the interface files together with their directory.
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    cgroup.createForLaunch(ResourceLimits.none());
    assertThat(directory).doesNotExist();
    assertThat(cgroup.container()).isEmpty();
  }

  @Test
  void outOfMemoryKillBeforeRecoveryIsNotThatOfRecoveredProcess() throws IOException {
    writeOomKills(1);
    ProcessCgroup cgroup = cgroup();
    cgroup.findExisting(LIMITS, Optional.empty());
    assertThat(cgroup.ranOutOfMemory()).isFalse();
    writeOomKills(2);
    assertThat(cgroup.ranOutOfMemory()).isTrue();
  }
}
