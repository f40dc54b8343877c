package io.luhproc.log.rotate;

/** The points between two changes on disk at which a keeper may be killed, for tests. */
enum RotationCheckpoint {
  /** The copy is complete, nobody knows of it. */
  COPY_WRITTEN,
  /** The header says that bytes go to a part, by copy or by truncation. */
  INTENT_WRITTEN,
  /** The live bytes are NULs. */
  PUNCHED,
  /** The part has its name. */
  PUBLISHED,
  /** The header says that the file is about to be collapsed. */
  COLLAPSE_INTENT_WRITTEN,
  /** The file is collapsed. */
  COLLAPSED,
  /** The file is truncated: only in the fallback. */
  TRUNCATED,
  /** The header is steady again. */
  COMMITTED,
  /** The compressed copy of a part has its name, the part is still there. */
  COMPRESSED
}
