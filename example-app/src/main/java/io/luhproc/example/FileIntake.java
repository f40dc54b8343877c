package io.luhproc.example;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Brings one file into the index. */
final class FileIntake {
  private final FolderRules rules;
  private final int mostBytes;
  private final FolderIndex index;
  private final Progress progress;

  FileIntake(FolderRules rules, int mostBytes, FolderIndex index, Progress progress) {
    this.rules = rules;
    this.mostBytes = mostBytes;
    this.index = index;
    this.progress = progress;
  }

  /**
   * Reads a file and puts it into the index. The stamp is the one from before: a file that changes
   * while it is read differs from it, and is read again.
   *
   * @throws IOException when the index cannot be written; a file that cannot be read is reported
   */
  void take(Path file, BasicFileAttributes before) throws IOException {
    if (!hasTextName(file)) {
      progress.failed(file, "its name is no text in this locale; see LC_ALL");
      return;
    }
    FileText text;
    try {
      text = FileText.read(file, mostBytes);
    } catch (NoSuchFileException expected) {
      // It went between the look at it and the reading.
      index.remove(rules.nameOf(file));
      return;
    } catch (IOException e) {
      unreadable(file, e);
      return;
    }
    count(text.kind(), before.size());
    index.put(rules.nameOf(file), Stamp.of(before), text.text());
  }

  /** Reports a file or directory that cannot be read, and forgets what was known of it. */
  void unreadable(Path path, IOException why) throws IOException {
    progress.failed(path, String.valueOf(why));
    index.remove(rules.nameOf(path));
  }

  /** Tells whether the name is text: others cannot be told apart once they were decoded. */
  private static boolean hasTextName(Path file) {
    String name = file.toString();
    return name.indexOf('\uFFFD') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(name);
  }

  private void count(FileText.Kind kind, long size) {
    switch (kind) {
      case TEXT -> {
        progress.add(Count.READ, 1);
        progress.add(Count.BYTES, size);
      }
      case BINARY -> progress.add(Count.BINARY, 1);
      case TOO_LARGE -> progress.add(Count.LARGE, 1);
    }
  }
}
