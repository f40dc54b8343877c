package io.luhproc.cli.client;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A connection for one request over a unix socket, see RFC 9112. Not thread-safe. */
final class HttpConnection implements AutoCloseable {
  private static final int MAX_LINE = 16 << 10;
  private static final int MAX_HEADERS = 100;
  private static final int STATUS_DIGITS = 3;
  private static final int MIN_STATUS = 100;
  private static final int MAX_STATUS = 599;
  private static final int MAX_CHUNK_SIZE_DIGITS = 15;
  // A selector takes a cold command 4 ms, and most answers come sooner.
  private static final int WAITS_WITHOUT_SELECTOR = 20;
  private static final Duration SHORT_WAIT = Duration.ofMillis(1);

  private final SocketChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(8 << 10).limit(0);
  private Deadline deadline;
  private @Nullable Selector selector;
  private int shortWaits;

  private HttpConnection(SocketChannel channel, Deadline deadline) {
    this.channel = channel;
    this.deadline = deadline;
  }

  /**
   * Connects and sends a request without a body.
   *
   * @param deadline when reading and writing ends with a {@link TimedOutException}
   */
  static HttpConnection send(
      Path socket, String method, String target, String headers, Deadline deadline)
      throws IOException {
    SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    try {
      HttpConnection connection = new HttpConnection(channel, deadline);
      channel.configureBlocking(false);
      // Not "Connection: close": a stream would have no chunks, and its end would not differ from
      // the
      // death of the daemon.
      connection.write(
          method
              + " "
              + target
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
              + headers
              + "\r\n");
      return connection;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Sets when reading ends with a {@link TimedOutException}. */
  void setDeadline(Deadline deadline) {
    this.deadline = deadline;
  }

  /** The status line and the headers of an answer, with the body still to be read. */
  record Answer(int status, InputStream body) {}

  /** Reads the status line and the headers. */
  Answer readAnswer() throws IOException {
    int status = parseStatus(readLine());
    return new Answer(status, body(readHeaders()));
  }

  /** Parses {@code HTTP/1.1 200 OK}. No regular expression, which a cold command would wait for. */
  private static int parseStatus(String line) throws IOException {
    String[] words = line.split(" ", 3);
    boolean isHttp = words[0].equals("HTTP/1.1") || words[0].equals("HTTP/1.0");
    boolean hasStatus = words.length > 1 && words[1].length() == STATUS_DIGITS;
    long status = isHttp && hasStatus ? parseNumber(words[1], 10, "status") : 0;
    if (status < MIN_STATUS || status > MAX_STATUS) {
      throw new IOException("the answer is no HTTP");
    }
    return (int) status;
  }

  private Map<String, String> readHeaders() throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      if (colon < 0 || headers.size() >= MAX_HEADERS) {
        throw new IOException("a header of the answer is invalid");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private InputStream body(Map<String, String> headers) throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return new ChunkedBody();
    }
    String length = headers.get("content-length");
    return length == null
        ? new Body(Long.MAX_VALUE, false)
        : new Body(parseNumber(length, 10, "length"), true);
  }

  private static long parseNumber(String text, int radix, String what) throws IOException {
    try {
      // Which parseLong accepts.
      boolean hasSign = text.startsWith("+") || text.startsWith("-");
      return Long.parseLong(hasSign ? "" : text, radix);
    } catch (NumberFormatException e) {
      throw new IOException("the " + what + " of the answer is invalid", e);
    }
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = readByte(); b != '\n'; b = readByte()) {
      if (b < 0 || line.length() >= MAX_LINE) {
        throw b < 0 ? new EOFException() : new IOException("a line of the answer is too long");
      }
      line.append((char) b);
    }
    boolean hasCarriageReturn = line.length() > 0 && line.charAt(line.length() - 1) == '\r';
    return hasCarriageReturn ? line.substring(0, line.length() - 1) : line.toString();
  }

  // Bytes.

  private void write(String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        await(SelectionKey.OP_WRITE);
      }
    }
  }

  private int readByte() throws IOException {
    return fill() ? buffer.get() & 0xff : -1;
  }

  /** Returns whether bytes can be read without waiting. */
  boolean hasBufferedBytes() {
    return buffer.hasRemaining();
  }

  /** Waits for bytes, and returns whether there are some; false at the end of the stream. */
  private boolean fill() throws IOException {
    if (buffer.hasRemaining()) {
      return true;
    }
    buffer.clear();
    int count = 0;
    try {
      count = channel.read(buffer);
      while (count == 0) {
        await(SelectionKey.OP_READ);
        count = channel.read(buffer);
      }
    } finally {
      buffer.flip();
    }
    return count > 0;
  }

  private void await(int operation) throws IOException {
    long millis = deadline.remaining().toMillis();
    if (millis == 0) {
      throw new TimedOutException();
    }
    if (shortWaits < WAITS_WITHOUT_SELECTOR) {
      shortWaits++;
      sleep();
      return;
    }
    if (selector == null) {
      selector = Selector.open();
    }
    SelectionKey key = channel.register(selector, operation);
    if (selector.select(millis) == 0) {
      throw new TimedOutException();
    }
    selector.selectedKeys().remove(key);
  }

  private static void sleep() throws IOException {
    try {
      TimeSource.system().sleep(SHORT_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TimedOutException();
    }
  }

  /** Closes the connection. A failure of that is not reported: nothing more is sent or read. */
  @Override
  public void close() {
    buffer.clear().limit(0);
    try (channel) {
      if (selector != null) {
        selector.close();
      }
    } catch (IOException ignored) {
      // The file descriptor is released in any case, see close(2).
    }
  }

  /** Thrown if the daemon does not answer before the deadline. */
  static final class TimedOutException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** A body of a known length, or up to the end of the connection. */
  private final class Body extends InputStream {
    private long remaining;
    private final boolean isLengthKnown;

    Body(long length, boolean isLengthKnown) {
      remaining = length;
      this.isLengthKnown = isLengthKnown;
    }

    @Override
    public int read() throws IOException {
      if (remaining == 0) {
        return -1;
      }
      int b = readByte();
      if (b < 0 && isLengthKnown) {
        throw new EOFException();
      }
      remaining--;
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (remaining == 0) {
        return -1;
      }
      if (!fill()) {
        if (isLengthKnown) {
          throw new EOFException();
        }
        return -1;
      }
      int count = (int) Math.min(Math.min(length, buffer.remaining()), remaining);
      buffer.get(bytes, offset, count);
      remaining -= count;
      return count;
    }
  }

  /** A body in chunks, see RFC 9112, section 7.1. */
  private final class ChunkedBody extends InputStream {
    private Body chunk = new Body(0, true);
    private boolean isFirst = true;
    private boolean isEnded;

    @Override
    public int read() throws IOException {
      return nextChunk() ? chunk.read() : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return nextChunk() ? chunk.read(bytes, offset, length) : -1;
    }

    /** Begins the next chunk where one has ended, and returns whether there is one. */
    private boolean nextChunk() throws IOException {
      if (isEnded || chunk.remaining > 0) {
        return !isEnded;
      }
      if (!isFirst && !readLine().isEmpty()) {
        throw new IOException("a chunk of the answer is invalid");
      }
      isFirst = false;
      String line = readLine();
      int extension = line.indexOf(';');
      String size = (extension < 0 ? line : line.substring(0, extension)).strip();
      if (size.length() > MAX_CHUNK_SIZE_DIGITS) {
        throw new IOException("a chunk of the answer is invalid");
      }
      chunk = new Body(parseNumber(size, 16, "chunk size"), true);
      isEnded = chunk.remaining == 0;
      return !isEnded;
    }
  }
}
