package io.luhproc.log.file;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes the index of a stream, {@code out.index}.
 *
 * <p>Format, version 1: an {@link IndexHeader} of 128 bytes, then the time index, at most one entry
 * per second. An entry has 30 bytes, {@code MILLIS OFFSET LF}: 13 decimal digits of milliseconds
 * since the epoch, a space, 15 decimal digits of the length of the stream at that time. The length
 * never decreases. The time does when the clock is set back; {@link TimeIndex} then decides which
 * entries are right.
 *
 * <p>Entries are appended; a torn last entry is ignored and overwritten. A file of more than 1 MiB
 * is replaced by rename, without the entries of expired files. The file is opened for each access,
 * so a replaced file is used at once.
 */
public final class IndexFile {
  /** Length of an entry of the time index in bytes. */
  public static final int ENTRY_BYTES = 30;

  // Two pages, about four minutes of a busy stream.
  private static final int LAST_ENTRIES = 273;
  // A header that is being replaced is complete again within microseconds.
  private static final int MAX_HEADER_READS = 100;

  private final LogFiles files;
  private boolean warned;

  /** Creates an accessor of the index of a stream. */
  public IndexFile(LogFiles files) {
    this.files = files;
  }

  /** Returns the header, {@link IndexHeader#ABSENT} if there is no valid one. */
  public IndexHeader readHeader() throws IOException {
    for (int i = 0; i < MAX_HEADER_READS; i++) {
      try (FileChannel channel = FileChannel.open(files.indexFile(), READ)) {
        ByteBuffer line = ByteBuffer.allocate(IndexHeader.BYTES);
        channel.read(line, 0);
        IndexHeader header = IndexHeader.decode(line.array());
        if (header != null) {
          return header;
        }
      } catch (NoSuchFileException ignored) {
        // No maintainer has run yet.
        return IndexHeader.ABSENT;
      }
      Thread.onSpinWait();
    }
    if (!warned) {
      LoggerFactory.getLogger(IndexFile.class)
          .warn("{} has no valid header of this version; reading without it", files.indexFile());
      warned = true;
    }
    return IndexHeader.ABSENT;
  }

  /** Replaces the header with a single write. */
  public void writeHeader(IndexHeader header) throws IOException {
    try (FileChannel channel = FileChannel.open(files.indexFile(), WRITE)) {
      writeAll(channel, header.encode(), 0);
    }
  }

  /** Appends an entry, overwriting a torn last one. */
  public void appendEntry(TimeIndex.Entry entry) throws IOException {
    try (FileChannel channel = FileChannel.open(files.indexFile(), WRITE)) {
      long entries = Math.max(0, channel.size() - IndexHeader.BYTES) / ENTRY_BYTES;
      writeAll(channel, encode(entry), IndexHeader.BYTES + entries * ENTRY_BYTES);
    }
  }

  /** Replaces the file, by rename, with a new one of a header and entries. */
  public void rewrite(IndexHeader header, List<TimeIndex.Entry> entries) throws IOException {
    Path temp = files.indexTempFile();
    ByteBuffer bytes = ByteBuffer.allocate(IndexHeader.BYTES + entries.size() * ENTRY_BYTES);
    bytes.put(header.encode());
    for (TimeIndex.Entry entry : entries) {
      bytes.put(encode(entry));
    }
    try (FileChannel channel =
        FileChannel.open(
            temp, Set.of(CREATE, TRUNCATE_EXISTING, WRITE), LogFiles.ownerOnlyPermissions())) {
      writeAll(channel, bytes.array(), 0);
    }
    Files.move(temp, files.indexFile(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Returns the size of the file in bytes. */
  public long size() throws IOException {
    return Files.size(files.indexFile());
  }

  /**
   * Returns the last entries of the time index, at least those from an offset on, without reading
   * all of a long index.
   */
  public TimeIndex readEntriesFrom(long offset) throws IOException {
    try (FileChannel channel = FileChannel.open(files.indexFile(), READ)) {
      long entries = Math.max(0, channel.size() - IndexHeader.BYTES) / ENTRY_BYTES;
      if (entries <= LAST_ENTRIES) {
        return readEntries();
      }
      ByteBuffer last = ByteBuffer.allocate(IndexHeader.BYTES + LAST_ENTRIES * ENTRY_BYTES);
      last.position(IndexHeader.BYTES);
      channel.read(last, IndexHeader.BYTES + (entries - LAST_ENTRIES) * ENTRY_BYTES);
      TimeIndex index = TimeIndex.parse(Arrays.copyOf(last.array(), last.position()));
      boolean enough = !index.entries().isEmpty() && index.entries().get(0).offset() <= offset;
      return enough ? index : readEntries();
    } catch (NoSuchFileException ignored) {
      // No maintainer has run yet.
      return readEntries();
    }
  }

  /** Returns the time index; invalid entries are skipped with a warning. */
  public TimeIndex readEntries() throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(files.indexFile());
    } catch (NoSuchFileException ignored) {
      // No maintainer has run yet.
      bytes = new byte[0];
    }
    TimeIndex index = TimeIndex.parse(bytes);
    if (index.invalidEntries() > 0) {
      LoggerFactory.getLogger(IndexFile.class)
          .warn(
              "{}: skipped {} invalid entries of the time index",
              files.indexFile(),
              index.invalidEntries());
    }
    return index;
  }

  private static byte[] encode(TimeIndex.Entry entry) {
    StringBuilder text = new StringBuilder(ENTRY_BYTES);
    IndexHeader.appendDecimal(text, entry.epochMillis(), 13).append(' ');
    IndexHeader.appendDecimal(text, entry.offset(), 15).append('\n');
    return text.toString().getBytes(US_ASCII);
  }

  private static void writeAll(FileChannel channel, byte[] bytes, long at) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer, at + buffer.position());
    }
  }
}
