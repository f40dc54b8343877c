package io.luhproc.directory;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Output of a process since its launch, for error messages. Log files span several launches.
 *
 * @param directory the process directory
 * @param outOffset the size of the stdout file before the launch, in bytes
 * @param errOffset the size of the stderr file before the launch, in bytes
 */
public record StartupOutput(ProcessDirectory directory, long outOffset, long errOffset) {
  private static final int MAX_LINES = 20;
  private static final int MAX_BYTES = 16 << 10;

  /** Returns the output that is written from now on. */
  public static StartupOutput startingNow(ProcessDirectory directory) {
    return new StartupOutput(
        directory, sizeOrZero(directory.outLog()), sizeOrZero(directory.errLog()));
  }

  private static long sizeOrZero(Path file) {
    try {
      return Files.size(file);
    } catch (IOException expected) {
      // The first launch creates the file.
      return 0;
    }
  }

  /** Returns the last 20 lines of both streams, each below the name of its file. */
  public String lastLines() {
    return lastLines(directory.errLog(), errOffset) + lastLines(directory.outLog(), outOffset);
  }

  private static String lastLines(Path file, long startOffset) {
    String name = String.valueOf(file.getFileName());
    List<String> lines;
    try {
      lines = readTail(file, startOffset).lines().toList();
    } catch (IOException e) {
      return "\n(" + name + " cannot be read: " + e + ")";
    }
    if (lines.isEmpty()) {
      return "\n(" + name + " is empty)";
    }
    StringBuilder text = new StringBuilder("\nlast lines of " + name + ":");
    lines.stream()
        .skip(Math.max(0, lines.size() - MAX_LINES))
        .forEach(line -> text.append("\n  ").append(line));
    return text.toString();
  }

  private static String readTail(Path file, long startOffset) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file, READ, NOFOLLOW_LINKS)) {
      // A shorter file means that a rotation removed its front, so all of it is new.
      long firstNew = channel.size() < startOffset ? 0 : startOffset;
      channel.position(Math.max(firstNew, channel.size() - MAX_BYTES));
      ByteBuffer bytes = ByteBuffer.allocate(MAX_BYTES);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // Until the end of the file, or until the buffer is full.
      }
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }
  }
}
