package io.luhproc.log.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * A rotated part: a file that no longer changes.
 *
 * @param rotatedAt when it was cut off, milliseconds since the epoch, unique within its stream
 * @param path the file
 * @param gzip whether it is compressed
 */
public record RotatedFile(long rotatedAt, Path path, boolean gzip) {
  private static final int GZIP_TRAILER_BYTES = 4;
  private static final long UNSIGNED_INT_MASK = 0xffff_ffffL;
  private static final int INFLATE_BUFFER_BYTES = 64 << 10;

  /** Returns how many bytes of the stream are in it; RFC 1952 has that modulo 2^32 at the end. */
  public long uncompressedLength() throws IOException {
    if (!gzip) {
      return Files.size(path);
    }
    // RandomAccessFile says FileNotFoundException; this says NoSuchFileException like the rest.
    long size = Files.size(path);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      file.seek(Math.max(0, size - GZIP_TRAILER_BYTES));
      return Integer.reverseBytes(file.readInt()) & UNSIGNED_INT_MASK;
    }
  }

  /** Opens the bytes of the stream that are in it, beginning with the {@code skip}th. */
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
