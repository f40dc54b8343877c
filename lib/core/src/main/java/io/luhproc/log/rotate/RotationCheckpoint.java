package io.luhproc.log.rotate;

/** Points between two changes on disk, at which tests kill a maintainer. */
enum RotationCheckpoint {
  /** The copy is complete; the header does not mention it yet. */
  COPY_WRITTEN,
  /** The header has the intent of a rotation or of a truncation. */
  INTENT_WRITTEN,
  /** The header has the intent to drop bytes; they are still in the active file. */
  DROP_INTENT_WRITTEN,
  /** The rotated bytes of the active file are NULs. */
  PUNCHED,
  /** The dated name of the rotated file is recorded. */
  NAME_RECORDED,
  /** The rotated file has its final name. */
  PUBLISHED,
  /** The header has the intent of a collapse. */
  COLLAPSE_INTENT_WRITTEN,
  /** The active file is collapsed. */
  COLLAPSED,
  /** The active file is truncated, in the fallback only. */
  TRUNCATED,
  /** The header has no intent again. */
  COMMITTED,
  /** The compressed file has its final name; the uncompressed one still exists. */
  COMPRESSED
}
