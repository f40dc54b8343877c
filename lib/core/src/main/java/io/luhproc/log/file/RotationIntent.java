package io.luhproc.log.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Write-ahead record of a rotation, part of the {@link IndexHeader}. Readers and the next
 * maintainer learn from it how far an interrupted rotation came.
 *
 * @param phase the last step that is known to be complete
 * @param rotatedAt the rotated file that receives the bytes, in milliseconds since the epoch
 * @param splitOffset physical offset after the last byte that is rotated
 * @param collapse how the active file is shortened afterwards
 */
public record RotationIntent(Phase phase, long rotatedAt, long splitOffset, Collapse collapse) {
  /** No rotation is in progress. */
  public static final RotationIntent NONE = new RotationIntent(Phase.IDLE, 0, 0, Collapse.NONE);

  /** Returns this intent in another phase. */
  public RotationIntent withPhase(Phase next) {
    return new RotationIntent(next, rotatedAt, splitOffset, collapse);
  }

  // As in IndexHeader, not the generated methods.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RotationIntent intent
        && phase == intent.phase
        && rotatedAt == intent.rotatedAt
        && splitOffset == intent.splitOffset
        && collapse.length == intent.collapse.length
        && collapse.probeOffset == intent.collapse.probeOffset;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(rotatedAt);
  }

  /** Returns whether the collapse of an intent in phase PUBLISHED was done. */
  public boolean isCollapsed(@Nullable FileChannel active) throws IOException {
    return active != null
        && LogFiles.byteAt(active, collapse.probeOffset() - collapse.length()) > 0;
  }

  /** The steps of a rotation. */
  public enum Phase {
    /** No rotation is in progress. */
    IDLE('s'),
    /** The copy is complete; the active bytes are being zeroed and the copy is being published. */
    COPIED('c'),
    /**
     * The copy is published and all bytes before the split are NUL; the file is being collapsed.
     */
    PUBLISHED('m'),
    /** The fallback: the whole file is being copied and truncated. */
    TRUNCATING('t');

    private final char code;

    Phase(char code) {
      this.code = code;
    }

    char code() {
      return code;
    }

    static Phase fromCode(String text) {
      for (Phase phase : values()) {
        if (text.length() == 1 && text.charAt(0) == phase.code) {
          return phase;
        }
      }
      throw new IllegalArgumentException("phase (" + text + ") must be one of s, c, m, t");
    }
  }

  /**
   * Removal of whole blocks of NULs from the front of the active file.
   *
   * @param length number of bytes, 0 for none. Negative if the bytes from the split are a hole of
   *     that length, which is left out of the stream: a process that writes without {@code
   *     O_APPEND} left it after an earlier collapse.
   * @param probeOffset physical offset, before the collapse, of the first byte at or after the
   *     split that is not NUL. All bytes before it are NUL, so the byte at {@code probeOffset -
   *     length} tells whether the collapse was done, whatever the process writes.
   */
  public record Collapse(long length, long probeOffset) {
    /** The file is not collapsed. */
    public static final Collapse NONE = new Collapse(0, 0);
  }
}
