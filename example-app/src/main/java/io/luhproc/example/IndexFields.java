package io.luhproc.example;

/** The fields of a document in the index: one document for each file. */
final class IndexFields {
  /** Path from the folder, with {@code /} between names: the key, and its value to read back. */
  static final String PATH = "path";

  /** Last modification in nanoseconds since 1970. */
  static final String MODIFIED = "modified";

  /** Size in bytes. */
  static final String SIZE = "size";

  /** The words of the path. */
  static final String NAME = "name";

  /** The text, indexed with positions and offsets, and stored for the snippets. */
  static final String TEXT = "text";

  private IndexFields() {}
}
