package io.luhproc.log;

/**
 * What a keeper is about to do with the front of a live file, written down before it is done, so
 * that readers and the next keeper know how far it came.
 *
 * @param phase how far it came
 * @param stamp which part the bytes go to, milliseconds since the epoch
 * @param cut where the bytes that go to the part end, physical
 * @param collapse how the file is made shorter afterwards
 */
record Move(Phase phase, long stamp, long cut, Collapse collapse) {
  /** Nothing is going on. */
  static final Move NONE = new Move(Phase.STEADY, 0, 0, Collapse.NONE);

  Move to(Phase next) {
    return new Move(next, stamp, cut, collapse);
  }

  /** How far a move came. */
  enum Phase {
    /** Nothing is going on. */
    STEADY('s'),
    /** The copy is complete; the live bytes are being zeroed and the copy gets its name. */
    COPIED('c'),
    /** The part has its name, everything before the cut is NUL; the file is being collapsed. */
    MOVED('m'),
    /** The file is being copied as a whole and truncated: the fallback. */
    TRUNCATING('t');

    private final char letter;

    Phase(char letter) {
      this.letter = letter;
    }

    char letter() {
      return letter;
    }

    static Phase of(String letter) {
      for (Phase phase : values()) {
        if (letter.length() == 1 && letter.charAt(0) == phase.letter) {
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
   * @param mark physical offset, before the collapse, of the first byte at or after the cut that is
   *     not NUL. As all before it is NUL, one look at {@code mark - length} tells whether the
   *     collapse was done, whatever the process writes.
   */
  record Collapse(long length, long mark) {
    static final Collapse NONE = new Collapse(0, 0);
  }
}
