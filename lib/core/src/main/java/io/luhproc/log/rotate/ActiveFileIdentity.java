package io.luhproc.log.rotate;

import static java.nio.file.StandardOpenOption.READ;

import io.luhproc.log.file.LogFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes the active file from one look to the next: the same inode, which begins with the same
 * bytes. A process only appends, so other first bytes mean that another program truncated the file.
 */
final class ActiveFileIdentity {
  private static final int COMPARED_BYTES = 64;

  private final LogFiles files;
  private @Nullable Object fileKey;
  private ByteBuffer start = ByteBuffer.allocate(0);

  ActiveFileIdentity(LogFiles files) {
    this.files = files;
  }

  /** Returns whether the active file is the one of the last {@link #refresh()}. */
  boolean isSameFile() throws IOException {
    return fileKey != null && isSame(currentKey(), readStart());
  }

  /** Remembers the file as it is now; returns whether it was replaced or truncated since then. */
  boolean refresh() throws IOException {
    Object key = currentKey();
    ByteBuffer now = readStart();
    boolean changed = fileKey != null && !isSame(key, now);
    fileKey = key;
    start = now;
    return changed;
  }

  /** Compares the bytes too, since a new file often has the inode number of a deleted one. */
  private boolean isSame(@Nullable Object key, ByteBuffer bytes) {
    return Objects.equals(fileKey, key)
        && bytes.remaining() >= start.remaining()
        && bytes.slice(0, start.remaining()).equals(start);
  }

  /**
   * Size and time of the active file, from one stat(2).
   *
   * @param size in bytes; 0 if there is no file
   * @param modifiedMillis when it was written last, in milliseconds since the epoch
   */
  record Look(long size, long modifiedMillis) {}

  Look look() throws IOException {
    try {
      BasicFileAttributes attributes = files.activeAttributes();
      return new Look(attributes.size(), attributes.lastModifiedTime().toMillis());
    } catch (NoSuchFileException ignored) {
      // Not created yet, or deleted.
      return new Look(0, Long.MAX_VALUE);
    }
  }

  private @Nullable Object currentKey() throws IOException {
    try {
      return files.activeAttributes().fileKey();
    } catch (NoSuchFileException ignored) {
      // Not created yet, or deleted.
      return null;
    }
  }

  private ByteBuffer readStart() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(COMPARED_BYTES);
    try (FileChannel active = files.openActive(READ)) {
      active.read(bytes, 0);
    } catch (NoSuchFileException ignored) {
      // It has no bytes.
    }
    return bytes.flip();
  }
}
