package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcTextTest {
  @Test
  void aNumberStandsBehindItsLabel() {
    assertThat(ProcText.number("a: 1\nread_bytes:\t  23 kB\n", "\nread_bytes:")).hasValue(23);
    assertThat(ProcText.number("a: 1", "b:")).isEmpty();
    assertThat(ProcText.number("a: x1", "a:")).isEmpty();
    assertThat(ProcText.number("a:", "a:")).isEmpty();
    assertThat(ProcText.number("", "a:")).isEmpty();
  }

  @Test
  void argumentsAreKeptApartAndEmptyOnesKept() {
    assertThat(ProcText.words("sh\0-c\0a b\n c\0\0")).isEqualTo(List.of("sh", "-c", "a b\n c", ""));
    assertThat(ProcText.words("nginx: worker")).isEqualTo(List.of("nginx: worker"));
    assertThat(ProcText.words("")).isEmpty();
  }

  @Test
  void cgroupsOfBothVersionsAreToldByController() {
    String text =
        "4:cpu,cpuacct:/a\n3:name=systemd:/b:c d\n1:pids:/gone (deleted)\n0::/v2\n\nbroken";
    assertThat(ProcText.cgroups(text))
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
    assertThat(ProcText.cgroups("")).isEmpty();
  }

  @Test
  void numbersAreSeparatedBySpaces() {
    assertThat(ProcText.numbers("12 345 ")).isEqualTo(List.of(12L, 345L));
    assertThat(ProcText.numbers("")).isEmpty();
  }
}
