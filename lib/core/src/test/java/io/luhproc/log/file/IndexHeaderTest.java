package io.luhproc.log.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Encoding and decoding of the header line. */
final class IndexHeaderTest {
  @Test
  void headerRoundTripsAndIsRejectedWhenAnyByteIsFlipped() {
    RotationIntent intent =
        new RotationIntent(
            RotationIntent.Phase.PUBLISHED,
            1_763_654_400_123L,
            12_345,
            new RotationIntent.Collapse(8192, 12_346));
    IndexHeader header = new IndexHeader(7, 1L << 40, 4095, intent);
    byte[] line = header.encode();
    assertThat(line).hasSize(128).endsWith('\n');
    assertThat(new String(line, UTF_8)).startsWith("luhproc-index 1 m 00000000007 ");
    assertThat(IndexHeader.decode(line)).isEqualTo(header);
    for (int i = 0; i < 127; i++) {
      byte[] torn = line.clone();
      torn[i] ^= 1;
      assertThat(IndexHeader.decode(torn)).as("byte %s flipped", i).isNull();
    }
  }
}
