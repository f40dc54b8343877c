package io.luhproc.log.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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

  @Test
  void headersAreEqualOnlyIfAllValuesAre() {
    RotationIntent intent =
        new RotationIntent(RotationIntent.Phase.COPIED, 5, 6, new RotationIntent.Collapse(7, 8));
    IndexHeader header = new IndexHeader(1, 2, 3, intent);

    assertThat(IndexHeader.decode(header.encode())).isEqualTo(header).hasSameHashCodeAs(header);
    assertThat(
            List.of(
                new IndexHeader(9, 2, 3, intent),
                new IndexHeader(1, 9, 3, intent),
                new IndexHeader(1, 2, 9, intent),
                header(RotationIntent.Phase.PUBLISHED, 5, 6, 7, 8),
                header(RotationIntent.Phase.COPIED, 9, 6, 7, 8),
                header(RotationIntent.Phase.COPIED, 5, 9, 7, 8),
                header(RotationIntent.Phase.COPIED, 5, 6, 9, 8),
                header(RotationIntent.Phase.COPIED, 5, 6, 7, 9)))
        .doesNotContain(header);
  }

  private static IndexHeader header(
      RotationIntent.Phase phase, long rotatedAt, long split, long length, long probe) {
    var collapse = new RotationIntent.Collapse(length, probe);
    return new IndexHeader(1, 2, 3, new RotationIntent(phase, rotatedAt, split, collapse));
  }
}
