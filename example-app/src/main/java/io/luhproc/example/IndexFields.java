package io.luhproc.example;

/** The fields of a Lucene document; each file has one document. */
final class IndexFields {
  /** Path relative to the folder, with {@code /} as separator; the key of the document. */
  static final String PATH = "path";

  /** Last modification in nanoseconds since 1970. */
  static final String MODIFIED = "modified";

  /** Size in bytes. */
  static final String SIZE = "size";

  /** Words of the path. */
  static final String NAME = "name";

  /** Text, indexed with positions and offsets, and stored for the snippets. */
  static final String TEXT = "text";

  private IndexFields() {}
}
