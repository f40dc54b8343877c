package io.luhproc.slurm;

import io.luhproc.log.LogStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the lines of one output file. The file is opened for each read: an NFS client sees what
 * other hosts have written when it opens a file, see nfs(5).
 */
final class StreamReader {
  /** A longer line is delivered in pieces. */
  static final int MAX_PIECE_BYTES = 64 << 10;

  private final LogStream stream;
  private final Path file;
  private long position;

  StreamReader(LogStream stream, Path file, long position) {
    this.stream = stream;
    this.file = file;
    this.position = position;
  }

  /** A line that was read, and the position after it. */
  record Piece(LogStream stream, Instant time, String text, long end) {}

  /**
   * Reads further lines.
   *
   * @param isLast whether the worker has ended, so that a line without an end is one
   * @return the lines, of at most 64 KiB together; empty if there are none; no value if the file is
   *     shorter than it was, or is none
   */
  Optional<List<Piece>> read(boolean isLast) {
    try {
      Optional<BasicFileAttributes> attributes = PrivateFiles.attributes(file);
      if (attributes.isEmpty() || attributes.get().size() < position) {
        return Optional.empty();
      }
      Instant time = attributes.get().lastModifiedTime().toInstant();
      return Optional.of(split(content(), time, isLast));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw PrivateFiles.unavailable(file, e);
    }
  }

  private byte[] content() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_PIECE_BYTES);
    try (FileChannel channel =
        FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      int read = 0;
      while (read >= 0 && buffer.hasRemaining()) {
        read = channel.read(buffer, position + buffer.position());
      }
    }
    buffer.flip();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private List<Piece> split(byte[] bytes, Instant time, boolean isLast) {
    List<Piece> pieces = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        pieces.add(piece(bytes, start, i, i + 1, time));
        start = i + 1;
      }
    }
    if (start == 0 && bytes.length == MAX_PIECE_BYTES) {
      int end = characterBoundary(bytes);
      pieces.add(piece(bytes, 0, end, end, time));
      start = end;
    } else if (isLast && start < bytes.length && bytes.length < MAX_PIECE_BYTES) {
      pieces.add(piece(bytes, start, bytes.length, bytes.length, time));
      start = bytes.length;
    }
    position += start;
    return pieces;
  }

  private Piece piece(byte[] bytes, int from, int to, int next, Instant time) {
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    return new Piece(stream, time, text, position + next);
  }

  /** Returns where the last character of UTF-8 that may be incomplete begins. */
  private static int characterBoundary(byte[] bytes) {
    int end = bytes.length;
    for (int i = end - 1; i >= end - 4; i--) {
      boolean isContinuation = (bytes[i] & 0xc0) == 0x80;
      if (!isContinuation) {
        return (bytes[i] & 0x80) == 0 ? end : i;
      }
    }
    return end;
  }
}
