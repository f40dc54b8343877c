package io.luhproc.log.file;

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
public final class TruncationDetector {
  private static final int COMPARED_BYTES = 64 << 10;

  private final LogFiles files;

  public TruncationDetector(LogFiles files) {
    this.files = files;
  }

  /**
   * Returns how many bytes the truncation took from the live file, the hole before them not
   * counted; 0 when it was not done.
   */
  public long truncatedBytes(IndexHeader header, @Nullable FileChannel active) throws IOException {
    Path copy = copyPath(header.intent());
    if (Files.notExists(copy)
        || active == null
        || startsWithCopy(copy, active, header.punchedBytes())) {
      return 0;
    }
    return Files.size(copy);
  }

  /** Returns where the copy is: it gets its name after the truncation. */
  private Path copyPath(RotationIntent intent) {
    Path temp = files.plainTempFile(intent.rotatedAt());
    return Files.exists(temp) ? temp : files.plainFile(intent.rotatedAt());
  }

  private static boolean startsWithCopy(Path copy, FileChannel active, long punchedBytes)
      throws IOException {
    try (FileChannel file = FileChannel.open(copy)) {
      ByteBuffer expected = ByteBuffer.allocate(COMPARED_BYTES);
      ByteBuffer found = ByteBuffer.allocate(COMPARED_BYTES);
      file.read(expected, 0);
      active.read(found.limit(expected.position()), punchedBytes);
      return found.flip().equals(expected.flip());
    }
  }
}
