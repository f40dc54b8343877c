package io.luhproc.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.limits.IoLimit;
import io.luhproc.limits.LimitKind;
import io.luhproc.limits.LimitReport;
import io.luhproc.limits.LimitStatus;
import io.luhproc.limits.ResourceLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Interface files of a cgroup, in a fake file system that stores every value. */
class CgroupTest {
  private static final String CGROUP = "luhproc-web/";

  @TempDir Path root;
  private FakeCgroupFs cgroupFs;

  @BeforeEach
  void createCgroupFs() {
    cgroupFs = new FakeCgroupFs(root);
  }

  private static ResourceLimits.Builder limits() {
    return ResourceLimits.builder();
  }

  private Cgroups cgroups(CgroupVersion version, String... controllers) {
    CgroupDir rootDir = new CgroupDir(version, cgroupFs.path("root"), Set.of(controllers));
    return new Cgroups(
        new CgroupRoots(
            List.of(rootDir), Map.of("io", new UnavailableReason("no io here", "add it"))),
        new BlockDevices(root.resolve("sys")));
  }

  private FakeCgroupFs file(String name, String content) {
    return cgroupFs.file("root/" + CGROUP + name, content);
  }

  private String read(String name) throws IOException {
    return cgroupFs.read("root/" + CGROUP + name);
  }

  private FakeCgroupFs v1Memory(long memory, long sum) {
    file("memory.limit_in_bytes", memory + "\n");
    return file("memory.memsw.limit_in_bytes", sum + "\n");
  }

  @Test
  void v1WritesSumOfMemoryAndSwap() throws IOException {
    v1Memory(Long.MAX_VALUE, Long.MAX_VALUE);
    Cgroup cgroup =
        cgroups(CgroupVersion.V1, "memory")
            .create("web", limits().memory("8MiB").memorySwap("2MiB").build());
    assertThat(cgroup.limitReport().isFullyEnforced()).as("%s", cgroup.limitReport()).isTrue();
    assertThat(read("memory.limit_in_bytes")).isEqualTo("8388608");
    assertThat(read("memory.memsw.limit_in_bytes")).isEqualTo("10485760");
    cgroup.setLimits(limits().memory("64MiB").memorySwap(0).build());
    assertThat(read("memory.limit_in_bytes")).isEqualTo("67108864");
    assertThat(read("memory.memsw.limit_in_bytes")).isEqualTo("67108864");
    cgroup.setLimits(limits().memory("4MiB").build());
    assertThat(read("memory.limit_in_bytes")).isEqualTo("4194304");
    assertThat(read("memory.memsw.limit_in_bytes")).isEqualTo("-1");
  }

  @Test
  void v1RejectsSwapLimitWithoutMemoryLimit() {
    v1Memory(Long.MAX_VALUE, Long.MAX_VALUE);
    Cgroup cgroup =
        cgroups(CgroupVersion.V1, "memory").create("web", limits().memorySwap(0).build());
    assertThat(reason(cgroup.limitReport(), LimitKind.MEMORY_SWAP))
        .isEqualTo("cgroup v1 limits the sum of memory and swap, and no memory limit is set");
  }

  private static String reason(LimitReport report, LimitKind limit) {
    LimitStatus status = report.statusOf(limit).orElseThrow();
    assertThat(status.isEnforced()).isFalse();
    assertThat(status.remedy()).isNotEmpty();
    return status.reason();
  }

  @Test
  void v1WritesAndRemovesCpuAndPidsLimits() throws IOException {
    file("cpu.cfs_period_us", "50000\n").file("root/luhproc-web/cpu.cfs_quota_us", "-1\n");
    file("pids.max", "max\n");
    Cgroup cgroup =
        cgroups(CgroupVersion.V1, "cpu", "pids")
            .create("web", limits().cpuPercent(250).pids(9).build());
    assertThat(cgroup.limitReport().isFullyEnforced()).isTrue();
    assertThat(read("cpu.cfs_period_us")).isEqualTo("100000");
    assertThat(read("cpu.cfs_quota_us")).isEqualTo("250000");
    cgroup.setLimits(ResourceLimits.none());
    assertThat(read("cpu.cfs_quota_us")).isEqualTo("-1");
    assertThat(read("pids.max")).isEqualTo("max");
  }

  @Test
  void limitIsReportedAsNotEnforcedWhenInterfaceFileIsMissing() {
    file("memory.max", "max\n");
    Cgroup cgroup =
        cgroups(CgroupVersion.V2, "memory")
            .create("web", limits().memory("2MiB").memorySwap(0).pids(4).build());
    assertThat(cgroup.limitReport().statusOf(LimitKind.MEMORY).orElseThrow().isEnforced()).isTrue();
    assertThat(reason(cgroup.limitReport(), LimitKind.MEMORY_SWAP))
        .contains("the kernel has no ", "memory.swap.max");
    assertThat(reason(cgroup.limitReport(), LimitKind.PIDS))
        .isEqualTo("the cgroup was created without the controller pids");
  }

  @Test
  void limitIsReportedAsNotEnforcedWhenKernelStoresAnotherValue() throws IOException {
    // /dev/null accepts every value and reads as empty.
    Files.createDirectories(cgroupFs.path("root/luhproc-web"));
    Files.createSymbolicLink(cgroupFs.path("root/luhproc-web/pids.max"), Path.of("/dev/null"));
    Cgroup cgroup = cgroups(CgroupVersion.V2, "pids").create("web", limits().pids(4).build());
    assertThat(reason(cgroup.limitReport(), LimitKind.PIDS)).endsWith("contains  after writing 4");
  }

  @Test
  void ioLimitOfPartitionUsesDeviceNumberOfItsDisk() throws IOException {
    Path file = Files.createFile(root.resolve("data"));
    String device = BlockDevices.formatDeviceNumber((long) Files.getAttribute(file, "unix:dev"));
    Path disk = Files.createDirectories(root.resolve("sys/devices/disk"));
    Path partition = Files.createDirectories(disk.resolve("part1"));
    Files.writeString(disk.resolve("dev"), "259:7\n");
    Files.writeString(partition.resolve("partition"), "1\n");
    Files.createDirectories(root.resolve("sys/dev/block"));
    Files.createSymbolicLink(root.resolve("sys/dev/block").resolve(device), partition);
    file("io.max", "");
    Cgroup cgroup =
        cgroups(CgroupVersion.V2, "io")
            .create("web", limits().io(IoLimit.of(file, 4096, 8192)).build());
    assertThat(cgroup.limitReport().isFullyEnforced()).as("%s", cgroup.limitReport()).isTrue();
    assertThat(read("io.max")).isEqualTo("259:7 rbps=4096 wbps=8192");
    cgroup.setLimits(ResourceLimits.none());
    assertThat(read("io.max")).isEqualTo("259:7 rbps=max wbps=max riops=max wiops=max");
  }

  @Test
  void oomKillsAreReadFromV1AndV2() throws IOException {
    file("memory.events", "low 0\nhigh 0\nmax 7\noom 3\noom_kill 2\n");
    Cgroup v2 = cgroups(CgroupVersion.V2, "memory").create("web", ResourceLimits.none());
    assertThat(v2.memoryEvents()).isEqualTo(new MemoryEvents(7, 3, 2));
    file("memory.failcnt", "5\n");
    file("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
    Cgroup v1 = cgroups(CgroupVersion.V1, "memory").create("web", ResourceLimits.none());
    assertThat(v1.memoryEvents()).isEqualTo(new MemoryEvents(5, 0, 1));
    assertThat(new MemoryEvents(9, 9, 2).hasOomKillSince(new MemoryEvents(0, 0, 2))).isFalse();
    assertThat(new MemoryEvents(0, 0, 3).hasOomKillSince(new MemoryEvents(0, 0, 2))).isTrue();
  }

  @Test
  void statsAreReadFromV1AndV2() throws IOException {
    file("memory.current", "100\n").file("root/luhproc-web/memory.peak", "200\n");
    file("cpu.stat", "usage_usec 1500\nuser_usec 1\n").file("root/luhproc-web/pids.current", "3\n");
    file("io.stat", "8:0 rbytes=10 wbytes=20 rios=1\n8:16 rbytes=1 wbytes=2\n");
    CgroupStats v2 =
        cgroups(CgroupVersion.V2, "memory", "pids", "io")
            .create("web", ResourceLimits.none())
            .stats();
    assertThat(v2.memory()).hasValue(100);
    assertThat(v2.peakMemory()).hasValue(200);
    assertThat(v2.cpuTime()).contains(Duration.ofNanos(1_500_000));
    assertThat(v2.pids()).hasValue(3);
    assertThat(v2.readBytes()).hasValue(11);
    assertThat(v2.writtenBytes()).hasValue(22);
    file("memory.usage_in_bytes", "7\n").file("root/luhproc-web/cpuacct.usage", "42\n");
    file("blkio.throttle.io_service_bytes", "8:0 Read 5\n8:0 Write 6\n8:0 Total 11\nTotal 11\n");
    CgroupStats v1 =
        cgroups(CgroupVersion.V1, "memory", "cpuacct", "io")
            .create("web", ResourceLimits.none())
            .stats();
    assertThat(v1.memory()).hasValue(7);
    assertThat(v1.peakMemory()).isEmpty();
    assertThat(v1.cpuTime()).contains(Duration.ofNanos(42));
    assertThat(v1.pids()).isEmpty();
    assertThat(v1.readBytes()).hasValue(5);
    assertThat(v1.writtenBytes()).hasValue(6);
  }

  @Test
  void cgroupIsUnusableAndReportsReasonWhenCreationFails() {
    Cgroup cgroup = cgroups(CgroupVersion.V2, "pids").create("web", limits().pids(4).build());
    assertThat(cgroup.isUsable()).isFalse();
    assertThat(cgroup.procsFiles()).isEmpty();
    assertThat(reason(cgroup.limitReport(), LimitKind.PIDS))
        .startsWith("cannot create the cgroup: ")
        .contains(cgroupFs.path("root/luhproc-web").toString());
  }

  @Test
  void everyOperationIsNoOpWhenCgroupsAreUnavailable() throws IOException {
    Cgroups none = Cgroups.unavailable("switched off", "switch it on");
    assertThat(none.isAvailable()).isFalse();
    assertThat(none.enforceableLimits()).isEmpty();
    assertThat(none.toString()).contains("no memory: switched off; switch it on");
    Cgroup cgroup = none.create("web", limits().cpuPercent(5).build());
    assertThat(reason(cgroup.limitReport(), LimitKind.CPU)).isEqualTo("switched off");
    cgroup.kill();
    assertThat(cgroup.isPopulated()).isFalse();
    assertThat(cgroup.isFrozen()).isFalse();
    assertThat(cgroup.pids()).isEmpty();
    assertThat(cgroup.memoryEvents()).isEqualTo(MemoryEvents.NONE);
    assertThat(cgroup.stats().memory()).isEmpty();
    assertThat(cgroup.remove()).isTrue();
    assertThatThrownBy(cgroup::freeze)
        .hasMessage("cannot freeze or thaw: the kernel has no freezer for this cgroup");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "../x", "a\nb", "\0"})
  void invalidNameIsRejected(String name) {
    Cgroups none = Cgroups.unavailable("", "");
    assertThatThrownBy(() -> none.create(name, ResourceLimits.none()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be 1 to 200 bytes");
    assertThatThrownBy(() -> none.findExisting("x".repeat(201)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
