package io.luhproc.example;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Reads one file and adds it to the index. */
final class FileIndexer {
  private final FolderFilter filter;
  private final int maxBytes;
  private final FolderIndex index;
  private final IndexProgress progress;

  FileIndexer(FolderFilter filter, int maxBytes, FolderIndex index, IndexProgress progress) {
    this.filter = filter;
    this.maxBytes = maxBytes;
    this.index = index;
    this.progress = progress;
  }

  /**
   * Reads a file and adds it to the index. An unreadable file is reported and removed.
   *
   * @param attributes the attributes from before the reading, so that a change during the reading
   *     is detected later
   * @throws IOException if the index cannot be written
   */
  void indexFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (!hasTextName(file)) {
      progress.recordFailure(file, "its name is not valid in this locale; set LC_ALL=C.UTF-8");
      return;
    }
    FileText text;
    try {
      text = FileText.read(file, maxBytes);
    } catch (NoSuchFileException expected) {
      // It was deleted after it was listed.
      index.remove(filter.relativePath(file));
      return;
    } catch (IOException e) {
      reportUnreadable(file, e);
      return;
    }
    countFile(text.kind(), attributes.size());
    index.put(filter.relativePath(file), FileVersion.of(attributes), text.text());
  }

  /** Reports a file or directory that cannot be read, and removes it from the index. */
  void reportUnreadable(Path path, IOException cause) throws IOException {
    progress.recordFailure(path, String.valueOf(cause));
    index.remove(filter.relativePath(path));
  }

  /** Returns whether the name was decoded without loss; otherwise two files could share a name. */
  private static boolean hasTextName(Path file) {
    String name = file.toString();
    return name.indexOf('\uFFFD') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(name);
  }

  private void countFile(FileText.Kind kind, long size) {
    switch (kind) {
      case TEXT -> {
        progress.increment(Counter.READ, 1);
        progress.increment(Counter.BYTES, size);
      }
      case BINARY -> progress.increment(Counter.BINARY, 1);
      case TOO_LARGE -> progress.increment(Counter.LARGE, 1);
    }
  }
}
