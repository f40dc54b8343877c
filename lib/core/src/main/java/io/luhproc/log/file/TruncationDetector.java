package io.luhproc.log.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Detects whether the truncation of a header in phase TRUNCATING was done. If not, the active file
 * still begins with the same 64 KiB as its copy.
 *
 * <p>A process that writes the same 64 KiB again and again defeats this.
 */
public final class TruncationDetector {
  private static final int COMPARED_BYTES = 64 << 10;

  private final LogFiles files;

  /** Creates a detector for a stream. */
  public TruncationDetector(LogFiles files) {
    this.files = files;
  }

  /**
   * Returns the number of bytes that the truncation removed, without the leading punched bytes; 0
   * if it was not done.
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

  /** Returns the path of the copy, which is published after the truncation. */
  private Path copyPath(RotationIntent intent) throws IOException {
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
