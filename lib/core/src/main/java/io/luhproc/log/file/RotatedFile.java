package io.luhproc.log.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * A rotated file, which no longer changes: the bytes of the stream as the process wrote them, plain
 * ({@code out-20261120T153000.000Z.log}) or as one gzip member ({@code .log.gz}).
 *
 * @param rotatedAt when it was rotated, in milliseconds since the epoch; its name, unique in its
 *     stream
 * @param path the file
 * @param gzip whether it is compressed
 */
public record RotatedFile(long rotatedAt, Path path, boolean gzip) {
  private static final int GZIP_TRAILER_BYTES = 4;
  private static final long UNSIGNED_INT_MASK = 0xffff_ffffL;
  private static final int INFLATE_BUFFER_BYTES = 64 << 10;

  /** Returns its length in the stream; the gzip trailer (RFC 1952) has it modulo 2^32. */
  public long uncompressedLength() throws IOException {
    if (!gzip) {
      return Files.size(path);
    }
    // Throws NoSuchFileException, where RandomAccessFile would throw FileNotFoundException.
    long size = Files.size(path);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      file.seek(Math.max(0, size - GZIP_TRAILER_BYTES));
      return Integer.reverseBytes(file.readInt()) & UNSIGNED_INT_MASK;
    }
  }

  /** Opens its uncompressed bytes, without the first {@code skip}. */
  public InputStream open(long skip) throws IOException {
    InputStream file = Files.newInputStream(path);
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
