package io.luhproc.log.rotate;

import static java.nio.file.StandardOpenOption.READ;

import io.luhproc.log.file.IndexFile;
import io.luhproc.log.file.IndexHeader;
import io.luhproc.log.file.LogFiles;
import io.luhproc.log.file.RotationIntent;
import io.luhproc.log.file.RotationNotice;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Creates an index for a stream without a valid one; offset 0 is the start of the active file.
 *
 * @param files the stream
 * @param indexFile its index
 */
record LostIndex(LogFiles files, IndexFile indexFile) {
  IndexHeader initialize() throws IOException {
    IndexHeader first = new IndexHeader(0, 0, recoverPunchedBytes(), RotationIntent.NONE);
    indexFile.rewrite(first, List.of());
    return first;
  }

  private long recoverPunchedBytes() throws IOException {
    if (Files.notExists(files.activeFile())) {
      return 0;
    }
    try (FileChannel active = files.openActive(READ)) {
      long front = RotationNotice.frontLength(active);
      return files.rotatedFiles().isEmpty() && !publishOrphanedCopy(front) ? 0 : front;
    }
  }

  /**
   * Publishes the copy of an interrupted rotation whose index was lost: the bytes in the active
   * file may be NULs already.
   */
  private boolean publishOrphanedCopy(long nuls) throws IOException {
    for (Path temp : files.tempFiles()) {
      String name = temp.getFileName().toString();
      boolean copy = name.endsWith(".log.tmp") && nuls > 0 && Files.size(temp) <= nuls;
      if (copy) {
        String rotatedName = name.substring(1, name.length() - ".tmp".length());
        Files.move(temp, files.directory().resolve(rotatedName));
        return true;
      }
    }
    return false;
  }
}
