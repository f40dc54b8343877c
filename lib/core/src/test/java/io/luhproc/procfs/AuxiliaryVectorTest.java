package io.luhproc.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AuxiliaryVectorTest {

  private static AuxiliaryVector parse(long... words) {
    ByteBuffer buffer = ByteBuffer.allocate(words.length * Long.BYTES);
    for (long word : words) {
      buffer.putLong(word);
    }
    return AuxiliaryVector.parse(buffer.flip());
  }

  @Test
  void parsesPageSizeAndClockTicks() {
    assertThat(parse(33, 7, 6, 65536, 17, 250, 0, 0)).isEqualTo(new AuxiliaryVector(65536, 250));
  }

  @Test
  void missingOrZeroEntriesFallBackToDefaults() {
    assertThat(parse(33, 7, 6, 0, 17)).isEqualTo(new AuxiliaryVector(4096, 100));
  }

  @Test
  void valuesOfTheRunningKernelArePlausible() {
    AuxiliaryVector units = AuxiliaryVector.read();
    assertThat(units.pageSize()).isIn(4096L, 16384L, 65536L);
    assertThat(units.ticksPerSecond()).isIn(100L, 1024L);
  }
}
