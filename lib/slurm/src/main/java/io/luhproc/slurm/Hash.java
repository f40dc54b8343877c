package io.luhproc.slurm;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The names of jobs and directories, which consist of letters and digits whatever they stand for.
 */
final class Hash {
  private Hash() {}

  /** Returns the beginning of the SHA-256 of texts, in which no text contains NUL. */
  static String of(int length, String... texts) {
    try {
      byte[] bytes = String.join("\0", texts).getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest).substring(0, length);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
