package io.luhproc.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcfsParserTest {
  @Test
  void numberIsReadAfterItsLabel() {
    assertThat(ProcfsParser.numberAfter("a: 1\nread_bytes:\t  23 kB\n", "\nread_bytes:"))
        .hasValue(23);
    assertThat(ProcfsParser.numberAfter("a: 1", "b:")).isEmpty();
    assertThat(ProcfsParser.numberAfter("a: x1", "a:")).isEmpty();
    assertThat(ProcfsParser.numberAfter("a:", "a:")).isEmpty();
    assertThat(ProcfsParser.numberAfter("", "a:")).isEmpty();
  }

  @Test
  void argumentsAreSplitAtNulAndEmptyOnesKept() {
    assertThat(ProcfsParser.splitAtNul("sh\0-c\0a b\n c\0\0"))
        .isEqualTo(List.of("sh", "-c", "a b\n c", ""));
    assertThat(ProcfsParser.splitAtNul("nginx: worker")).isEqualTo(List.of("nginx: worker"));
    assertThat(ProcfsParser.splitAtNul("")).isEmpty();
  }

  @Test
  void cgroupPathsOfBothVersionsAreMappedByController() {
    String text =
        "4:cpu,cpuacct:/a\n3:name=systemd:/b:c d\n1:pids:/gone (deleted)\n0::/v2\n\nbroken";
    assertThat(ProcfsParser.cgroupPaths(text))
        .isEqualTo(
            Map.of(
                "cpu",
                "/a",
                "cpuacct",
                "/a",
                "name=systemd",
                "/b:c d",
                "pids",
                "/gone",
                "",
                "/v2"));
    assertThat(ProcfsParser.cgroupPaths("")).isEmpty();
  }

  @Test
  void spaceSeparatedNumbersAreParsed() {
    assertThat(ProcfsParser.numbers("12 345 ")).isEqualTo(List.of(12L, 345L));
    assertThat(ProcfsParser.numbers("")).isEmpty();
  }
}
