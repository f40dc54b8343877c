package io.luhproc.kubernetes.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class InnerStampsTest {
  private static final String STAMP = "2026-11-29T15:22:03.618973199Z ";
  private static final String PIECE = "x".repeat(16 << 10);

  private final InnerStamps stamps = new InnerStamps();

  private String read(String text) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (byte b : text.getBytes(UTF_8)) {
      stamps.add(b, line);
    }
    stamps.end(line);
    return line.toString(UTF_8);
  }

  @Test
  void stampsBetweenPiecesAreRemovedAndFirstOneIsKept() {
    assertThat(read(STAMP + PIECE + STAMP + PIECE + STAMP + "end"))
        .isEqualTo(STAMP + PIECE + PIECE + "end");
    assertThat(read(STAMP + "next")).isEqualTo(STAMP + "next");
  }

  @Test
  void lineOfLaterKubeletIsKept() {
    for (String rest :
        new String[] {"", "x", " ", "2026", "no stamp follows", PIECE, PIECE + STAMP}) {
      assertThat(read(STAMP + PIECE + rest)).isEqualTo(STAMP + PIECE + rest);
    }
  }

  @Test
  void stampElsewhereIsOfTheWorker() {
    String line = STAMP + "a " + STAMP + PIECE + STAMP;
    assertThat(read(line)).isEqualTo(line);
    assertThat(read(PIECE)).isEqualTo(PIECE);
  }
}
