package io.luhproc.worker;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import io.luhproc.directory.ProcessDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process has written since just before its launch, for a message: the files themselves go
 * on from one launch to the next.
 *
 * @param directory its process directory
 * @param out how long its stdout was before
 * @param err how long its stderr was before
 */
record LaunchOutput(ProcessDirectory directory, long out, long err) {
  private static final int SHOWN_LINES = 20;
  private static final int SHOWN_BYTES = 16 << 10;

  /** Returns the output that comes from now on. */
  static LaunchOutput from(ProcessDirectory directory) {
    return new LaunchOutput(directory, size(directory.outLog()), size(directory.errLog()));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException expected) {
      // There is none yet.
      return 0;
    }
  }

  /** Returns the last 20 lines of both streams, each under the name of its file. */
  String lastLines() {
    return lastLines(directory.errLog(), err) + lastLines(directory.outLog(), out);
  }

  private static String lastLines(Path file, long before) {
    String name = String.valueOf(file.getFileName());
    List<String> lines;
    try {
      lines = read(file, before).lines().toList();
    } catch (IOException e) {
      return "\n(" + name + " cannot be read: " + e + ")";
    }
    if (lines.isEmpty()) {
      return "\n(it wrote nothing to " + name + ")";
    }
    StringBuilder text = new StringBuilder("\nlast lines of " + name + ":");
    lines.stream()
        .skip(Math.max(0, lines.size() - SHOWN_LINES))
        .forEach(line -> text.append("\n  ").append(line));
    return text.toString();
  }

  private static String read(Path file, long before) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file, READ, NOFOLLOW_LINKS)) {
      // Shorter than before means that the keeper took its front away: then all of it is new.
      long from = channel.size() < before ? 0 : before;
      channel.position(Math.max(from, channel.size() - SHOWN_BYTES));
      ByteBuffer bytes = ByteBuffer.allocate(SHOWN_BYTES);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // Reads on until the end or until the buffer is full.
      }
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }
  }
}
