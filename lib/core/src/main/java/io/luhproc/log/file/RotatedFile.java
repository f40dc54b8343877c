package io.luhproc.log.file;

import static java.nio.file.StandardOpenOption.READ;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A rotated file, which no longer changes: the bytes of the stream as the process wrote them, plain
 * ({@code out-20261120T153000.000Z.log}, or a {@link DatedName}) or as one gzip member ({@code
 * .log.gz}).
 *
 * @param rotatedAt when it was rotated, in milliseconds since the epoch; unique in its stream
 * @param path the file
 * @param gzip whether it is compressed
 */
public record RotatedFile(long rotatedAt, Path path, boolean gzip) {
  private static final int GZIP_TRAILER_BYTES = 4;
  private static final int MIN_GZIP_BYTES = 18;
  // Deflate compresses a run of equal bytes by 1032 to 1 at most.
  private static final long MAX_GZIP_RATIO = 1040;
  private static final long UNSIGNED_INT_MASK = 0xffff_ffffL;
  private static final int INFLATE_BUFFER_BYTES = 64 << 10;

  /**
   * Returns its length in the stream; the gzip trailer (RFC 1952) has it modulo 2^32.
   *
   * <p>The trailer of a truncated or damaged file is random. Such a file has the length 0 if it is
   * no gzip at all, and the number of readable bytes if its trailer is impossible.
   */
  public long uncompressedLength() throws IOException {
    long size = LogFiles.regularAttributes(path).size();
    if (!gzip) {
      return size;
    }
    if (size < MIN_GZIP_BYTES) {
      return 0;
    }
    try (FileChannel file = FileChannel.open(path, READ, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer bytes = ByteBuffer.allocate(GZIP_TRAILER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      boolean complete = file.read(bytes, 0) == GZIP_TRAILER_BYTES;
      if (!complete || bytes.getShort(0) != (short) GZIPInputStream.GZIP_MAGIC) {
        return 0;
      }
      file.read(bytes.clear(), size - GZIP_TRAILER_BYTES);
      long length = bytes.getInt(0) & UNSIGNED_INT_MASK;
      return length <= size * MAX_GZIP_RATIO ? length : countReadableBytes();
    }
  }

  private long countReadableBytes() throws IOException {
    byte[] buffer = new byte[INFLATE_BUFFER_BYTES];
    long length = 0;
    try (InputStream bytes = open(0)) {
      for (int count = bytes.read(buffer); count > 0; count = bytes.read(buffer)) {
        length += count;
      }
    } catch (EOFException | ZipException expected) {
      // The rest is damaged.
    }
    return length;
  }

  /** Opens its uncompressed bytes, without the first {@code skip}. */
  public InputStream open(long skip) throws IOException {
    BasicFileAttributes ignored = LogFiles.regularAttributes(path);
    InputStream file = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS);
    try {
      InputStream bytes = gzip ? new GZIPInputStream(file, INFLATE_BUFFER_BYTES) : file;
      bytes.skipNBytes(skip);
      return bytes;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }
}
