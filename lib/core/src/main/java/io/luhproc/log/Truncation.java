package io.luhproc.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a truncation that a header speaks of was done: when not, the live file still begins
 * like its copy. A process that writes the same 64 KiB again and again can deceive it.
 */
final class Truncation {
  private static final int COMPARED_BYTES = 64 << 10;

  private final LogFiles files;

  Truncation(LogFiles files) {
    this.files = files;
  }

  /**
   * Returns how many bytes the truncation took from the live file, the hole before them not
   * counted; 0 when it was not done.
   */
  long taken(IndexHeader header, @Nullable FileChannel live) throws IOException {
    Path copy = copy(header.move());
    if (Files.notExists(copy) || live == null || beginsLike(copy, live, header.hole())) {
      return 0;
    }
    return Files.size(copy);
  }

  /** Returns where the copy is: it gets its name after the truncation. */
  private Path copy(Move move) {
    Path temp = files.plainTemp(move.stamp());
    return Files.exists(temp) ? temp : files.plain(move.stamp());
  }

  private static boolean beginsLike(Path copy, FileChannel live, long hole) throws IOException {
    try (FileChannel file = FileChannel.open(copy)) {
      ByteBuffer expected = ByteBuffer.allocate(COMPARED_BYTES);
      ByteBuffer found = ByteBuffer.allocate(COMPARED_BYTES);
      file.read(expected, 0);
      live.read(found.limit(expected.position()), hole);
      return found.flip().equals(expected.flip());
    }
  }
}
