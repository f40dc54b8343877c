package io.luhproc.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * A list of classes that a worker has loaded, written by {@code -XX:DumpLoadedClassList}.
 *
 * <p>The JVM flushes it after each line, so it can be read while the worker runs. A JVM of release
 * 24 or later appends the resolved constants when it exits; only with them can the classes in an
 * archive be linked in advance (JEP 483).
 *
 * @param directory where it is
 * @param file the list
 * @param hasConstants whether it has the resolved constants
 */
record ClassList(ArchiveDirectory directory, Path file, boolean hasConstants) {
  private static final String CONSTANTS = "\n@cp ";

  /** Returns a list that a worker is recording. */
  static ClassList ofRecording(ArchiveDirectory directory, Path file) {
    return new ClassList(directory, file, false);
  }

  /** Returns the list that an earlier worker has kept; empty if there is none. */
  static Optional<ClassList> findKept(ArchiveDirectory directory, String key) throws IOException {
    Path file = directory.list(key);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    return Optional.of(new ClassList(directory, file, text.contains(CONSTANTS)));
  }

  String key() {
    return ArchiveDirectory.keyOf(file);
  }

  /** Deletes the list, unless its recorder will append the constants. */
  void onArchived() throws IOException {
    boolean isFinal = hasConstants || !ArchiveOptions.canLinkClasses(Runtime.version().feature());
    if (isFinal) {
      Files.deleteIfExists(file);
    }
  }

  /** Keeps the list of a worker that ends, for the next worker. */
  static void keep(ArchiveDirectory directory, Path recording) throws IOException {
    Path kept = directory.list(ArchiveDirectory.keyOf(recording));
    if (Files.exists(recording)) {
      Files.move(recording, kept, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}
