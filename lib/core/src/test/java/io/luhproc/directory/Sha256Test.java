package io.luhproc.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Comparison with the digest of the JDK. */
class Sha256Test {
  private static final int MAX_LENGTH = 400;

  @Test
  void digestMatchesJdkForEveryLengthUpTo400() throws NoSuchAlgorithmException {
    Random random = new Random(256);
    for (int length = 0; length <= MAX_LENGTH; length++) {
      byte[] message = new byte[length];
      random.nextBytes(message);
      assertThat(Sha256.digest(message)).as("%d bytes", length).isEqualTo(jdkDigest(message));
    }
  }

  @Test
  void digestMatchesJdkForLongestName() throws NoSuchAlgorithmException {
    byte[] message = new byte[2 * 4096 + 200 + 2];
    new Random(8).nextBytes(message);
    assertThat(Sha256.digest(message)).isEqualTo(jdkDigest(message));
  }

  private static byte[] jdkDigest(byte[] message) throws NoSuchAlgorithmException {
    return MessageDigest.getInstance("SHA-256").digest(message);
  }
}
