package io.luhproc.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests ranges, texts and reports of limits. */
class ResourceLimitsTest {
  private static final Path DISK = Path.of("/dev/sda");

  private static ResourceLimits.Builder limits() {
    return ResourceLimits.builder();
  }

  private static void assertRefused(ThrowingCallable code, String message) {
    assertThatThrownBy(code)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void sizesWithUnitsAreParsed() {
    ResourceLimits limits =
        limits().memory("512MiB").memorySwap("0").cpuPercent(50).pids(64).build();
    assertThat(limits.memory()).hasValue(512 << 20);
    assertThat(limits.memorySwap()).hasValue(0);
    assertThat(limits.cpuPercent()).hasValue(50);
    assertThat(limits.pids()).hasValue(64);
    assertThat(limits.kinds())
        .containsExactly(LimitKind.MEMORY, LimitKind.MEMORY_SWAP, LimitKind.CPU, LimitKind.PIDS);
  }

  @Test
  void noLimitsAreEmpty() {
    assertThat(ResourceLimits.none().isEmpty()).isTrue();
    assertThat(ResourceLimits.none()).isEqualTo(limits().build());
    assertThat(limits().pids(1).build().isEmpty()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, (1 << 20) - 1, (1L << 60) + 1, Long.MAX_VALUE})
  void memoryOutOfRangeIsRejected(long bytes) {
    assertRefused(
        () -> limits().memory(bytes).build(), "memory (" + bytes + ") must be from 1048576 to ");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, (1L << 60) + 1})
  void swapOutOfRangeIsRejected(long bytes) {
    assertRefused(
        () -> limits().memorySwap(bytes).build(), "memorySwap (" + bytes + ") must be from 0 to ");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1_000_001})
  void cpuPercentOutOfRangeIsRejected(int percent) {
    assertRefused(
        () -> limits().cpuPercent(percent).build(),
        "cpuPercent (" + percent + ") must be from 1 to 1000000: 100 is one core");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 4194305})
  void pidsOutOfRangeAreRejected(long count) {
    assertRefused(() -> limits().pids(count).build(), "pids (" + count + ") must be from 1 to ");
  }

  @Test
  void smallestAndLargestValuesAreAccepted() {
    long max = 1L << 60;
    assertThatCode(() -> limits().memory(1 << 20).memorySwap(0).cpuPercent(1).pids(1).build())
        .doesNotThrowAnyException();
    assertThatCode(
            () -> limits().memory(max).memorySwap(max).cpuPercent(1_000_000).pids(4194304).build())
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "much", "-1MiB", "99999999999999999999", "9EiB", "1 0M"})
  void invalidSizeIsRejectedWithNameOfLimit(String text) {
    assertRefused(() -> limits().memory(text), "memory: size (" + text + ") must be ");
    assertRefused(() -> limits().memorySwap(text), "memorySwap: size (" + text + ") must be ");
  }

  @Test
  void ioLimitRejectsDuplicateOrRelativePathAndLowRate() {
    IoLimit limit = IoLimit.of(DISK, 4096, 1 << 20);
    assertThat(limits().io(limit).build().io()).containsExactly(limit);
    assertRefused(() -> limits().io(limit).io(limit).build(), "must not limit a path twice");
    assertRefused(() -> IoLimit.of(Path.of("sda"), 4096, 4096), "path (sda) must be absolute");
    assertRefused(
        () -> IoLimit.of(DISK, 4095, 4096),
        "readBytesPerSecond (4095) of /dev/sda must be at least 4096");
    assertRefused(
        () -> IoLimit.of(DISK, 4096, -1),
        "writeBytesPerSecond (-1) of /dev/sda must be at least 4096");
  }

  @Test
  void limitsTooLowForJvmAreRejected() {
    assertRefused(
        () -> limits().memory("15MiB").build().checkSufficientForJvm(),
        "memory (15728640) must be at least 16777216 for a JVM to start");
    assertRefused(
        () -> limits().pids(13).build().checkSufficientForJvm(), "pids (13) must be at least 14");
    assertThatCode(() -> limits().memory("16MiB").pids(14).build().checkSufficientForJvm())
        .doesNotThrowAnyException();
    assertThatCode(() -> ResourceLimits.none().checkSufficientForJvm()).doesNotThrowAnyException();
  }

  @Test
  void reportListsStatusAndRemedyOfEachLimit() {
    ResourceLimits requested = limits().memory("1GiB").pids(3).build();
    LimitReport report = LimitReport.notEnforced(requested, "no cgroups", "mount them");
    assertThat(report.isFullyEnforced()).isFalse();
    assertThat(report.statusOf(LimitKind.CPU)).isEmpty();
    assertThat(report.statusOf(LimitKind.PIDS))
        .contains(LimitStatus.notEnforced(LimitKind.PIDS, "no cgroups", "mount them"));
    assertThat(report)
        .hasToString(
            "memory not enforced: no cgroups; mount them\n"
                + "pids not enforced: no cgroups; mount them");
    LimitStatus enforced = LimitStatus.enforced(LimitKind.MEMORY_SWAP, "memory.swap.max = 0");
    assertThat(new LimitReport(List.of(enforced)).isFullyEnforced()).isTrue();
    assertThat(enforced).hasToString("memory-swap enforced: memory.swap.max = 0");
    assertThat(LimitReport.none().isFullyEnforced()).isTrue();
    assertThat(LimitReport.none()).hasToString("no limits");
  }
}
