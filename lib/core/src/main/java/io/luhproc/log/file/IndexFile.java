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
import java.util.List;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * The index of a stream, {@code out.index}: an {@link IndexHeader} and then, at most one a second,
 * entries that say how long the stream was at what time.
 *
 * <p>An entry has 30 bytes: {@code MILLIS OFFSET LF}, 13 decimal digits of milliseconds since the
 * epoch, a space, 15 decimal digits of the absolute offset. Both only go up: when the clock is set
 * back, the last time is repeated. Entries are appended; a torn last one is ignored and written
 * over. A file over 1 MiB is replaced, by rename, by one without what is no longer of use, so
 * readers open it anew each time. It is opened for each access: whoever removes or replaces it
 * confuses nobody for longer than that.
 */
public final class IndexFile {
  public static final int ENTRY_BYTES = 30;
  // A header that is being replaced right now is whole again within microseconds.
  private static final int MAX_HEADER_READS = 100;

  private final LogFiles files;
  private boolean warned;

  public IndexFile(LogFiles files) {
    this.files = files;
  }

  /** Returns the header, {@link IndexHeader#ABSENT} when there is none that can be read. */
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
        // No keeper ever ran.
        return IndexHeader.ABSENT;
      }
      Thread.onSpinWait();
    }
    if (!warned) {
      LoggerFactory.getLogger(IndexFile.class)
          .warn("{} has no header of this version; reading without it", files.indexFile());
      warned = true;
    }
    return IndexHeader.ABSENT;
  }

  /** Replaces the header by one write. */
  public void writeHeader(IndexHeader header) throws IOException {
    try (FileChannel channel = FileChannel.open(files.indexFile(), WRITE)) {
      writeAll(channel, header.encode(), 0);
    }
  }

  /** Appends an entry, over a torn one if there is. */
  public void appendEntry(TimeIndex.Entry entry) throws IOException {
    try (FileChannel channel = FileChannel.open(files.indexFile(), WRITE)) {
      long entries = Math.max(0, channel.size() - IndexHeader.BYTES) / ENTRY_BYTES;
      writeAll(channel, encode(entry), IndexHeader.BYTES + entries * ENTRY_BYTES);
    }
  }

  /** Puts a file with a header and entries in the place of what is there. */
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

  public long size() throws IOException {
    return Files.size(files.indexFile());
  }

  /** Reads the entries; what is torn or garbage is left out with a warning. */
  public TimeIndex readEntries() throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(files.indexFile());
    } catch (NoSuchFileException ignored) {
      // No keeper ever ran, so nobody noted the time.
      bytes = new byte[0];
    }
    TimeIndex index = TimeIndex.parse(bytes);
    if (index.invalidEntries() > 0) {
      LoggerFactory.getLogger(IndexFile.class)
          .warn(
              "{}: ignored {} entries that are no entries",
              files.indexFile(),
              index.invalidEntries());
    }
    return index;
  }

  private static byte[] encode(TimeIndex.Entry entry) {
    StringBuilder text = new StringBuilder(ENTRY_BYTES);
    FixedWidthNumbers.appendDecimal(text, entry.epochMillis(), 13).append(' ');
    FixedWidthNumbers.appendDecimal(text, entry.offset(), 15).append('\n');
    return text.toString().getBytes(US_ASCII);
  }

  private static void writeAll(FileChannel channel, byte[] bytes, long at) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer, at + buffer.position());
    }
  }
}
