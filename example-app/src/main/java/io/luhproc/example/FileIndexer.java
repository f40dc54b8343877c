package io.luhproc.example;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Brings one file into the index. */
final class FileIndexer {
  private final FolderFilter rules;
  private final int maxBytes;
  private final FolderIndex index;
  private final IndexProgress progress;

  FileIndexer(FolderFilter rules, int maxBytes, FolderIndex index, IndexProgress progress) {
    this.rules = rules;
    this.maxBytes = maxBytes;
    this.index = index;
    this.progress = progress;
  }

  /**
   * Reads a file and puts it into the index. The stamp is the one from before: a file that changes
   * while it is read differs from it, and is read again.
   *
   * @throws IOException when the index cannot be written; a file that cannot be read is reported
   */
  void indexFile(Path file, BasicFileAttributes attributes) throws IOException {
    if (!hasTextName(file)) {
      progress.recordFailure(file, "its name is no text in this locale; see LC_ALL");
      return;
    }
    FileText text;
    try {
      text = FileText.read(file, maxBytes);
    } catch (NoSuchFileException expected) {
      // It went between the look at it and the reading.
      index.remove(rules.relativePath(file));
      return;
    } catch (IOException e) {
      reportUnreadable(file, e);
      return;
    }
    countFile(text.kind(), attributes.size());
    index.put(rules.relativePath(file), FileVersion.of(attributes), text.text());
  }

  /** Reports a file or directory that cannot be read, and forgets what was known of it. */
  void reportUnreadable(Path path, IOException cause) throws IOException {
    progress.recordFailure(path, String.valueOf(cause));
    index.remove(rules.relativePath(path));
  }

  /** Tells whether the name is text: others cannot be told apart once they were decoded. */
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
