package io.luhproc.log.file;

/**
 * What a keeper is about to do with the front of a live file, written down before it is done, so
 * that readers and the next keeper know how far it came.
 *
 * @param phase how far it came
 * @param rotatedAt which part the bytes go to, milliseconds since the epoch
 * @param splitOffset where the bytes that go to the part end, physical
 * @param collapse how the file is made shorter afterwards
 */
public record RotationIntent(Phase phase, long rotatedAt, long splitOffset, Collapse collapse) {
  /** Nothing is going on. */
  public static final RotationIntent NONE = new RotationIntent(Phase.IDLE, 0, 0, Collapse.NONE);

  public RotationIntent withPhase(Phase next) {
    return new RotationIntent(next, rotatedAt, splitOffset, collapse);
  }

  /** How far a move came. */
  public enum Phase {
    /** Nothing is going on. */
    IDLE('s'),
    /** The copy is complete; the live bytes are being zeroed and the copy gets its name. */
    COPIED('c'),
    /** The part has its name, everything before the cut is NUL; the file is being collapsed. */
    PUBLISHED('m'),
    /** The file is being copied as a whole and truncated: the fallback. */
    TRUNCATING('t');

    private final char code;

    Phase(char code) {
      this.code = code;
    }

    char code() {
      return code;
    }

    static Phase fromCode(String letter) {
      for (Phase phase : values()) {
        if (letter.length() == 1 && letter.charAt(0) == phase.code) {
          return phase;
        }
      }
      throw new IllegalArgumentException("phase (" + letter + ") must be one of s, c, m, t");
    }
  }

  /**
   * Whole blocks of NULs that are taken out of the front of a file.
   *
   * @param length how many bytes, 0 for none
   * @param probeOffset physical offset, before the collapse, of the first byte at or after the cut
   *     that is not NUL. As all before it is NUL, one look at {@code mark - length} tells whether
   *     the collapse was done, whatever the process writes.
   */
  public record Collapse(long length, long probeOffset) {
    public static final Collapse NONE = new Collapse(0, 0);
  }
}
