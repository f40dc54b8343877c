package io.luhproc.slurm;

import io.luhproc.directory.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The names of jobs and directories, which consist of letters and digits whatever they stand for.
 */
final class Hash {
  private Hash() {}

  /** Returns the beginning of the SHA-256 of texts, in which no text contains NUL. */
  static String of(int length, String... texts) {
    byte[] bytes = String.join("\0", texts).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(Sha256.digest(bytes)).substring(0, length);
  }
}
