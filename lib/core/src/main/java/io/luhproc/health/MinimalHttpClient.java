package io.luhproc.health;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends one HTTP/1.1 request (RFC 9112) without a body and reads the response, at most 64 KiB of
 * headers and 64 KiB of body.
 *
 * <p>The JDK's clients do not fit: {@code HttpURLConnection} cannot be interrupted and limits only
 * single reads; {@code java.net.http} keeps threads and memory that 1000 checks do not need.
 *
 * <p>The request does not ask for the end of the connection, so that the client can close it first;
 * see {@link Connection#resetOnClose}.
 */
final class MinimalHttpClient {
  private static final int MAX_HEADER_BYTES = 64 << 10;
  private static final int MAX_BODY_BYTES = 64 << 10;
  private static final int MAX_EXCERPT_LENGTH = 60;
  private static final Pattern STATUS_LINE =
      Pattern.compile("HTTP/1\\.([01]) ([1-5][0-9]{2})( .*)?");
  private static final int FIRST_FINAL_STATUS = 200;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;
  // How long an unneeded rest of the response is awaited, and the end of the connection.
  private static final Duration REST_TIMEOUT = Duration.ofMillis(200);

  private final Connection connection;
  private final byte[] buffer = new byte[8 << 10];
  private Deadline deadline;
  private int position;
  private int limit;
  private int headerBytes;

  // Of the response.
  private boolean serverCloses;
  private boolean chunked;
  private long contentLength = -1;

  MinimalHttpClient(Connection connection, Deadline deadline) {
    this.connection = connection;
    this.deadline = deadline;
  }

  /**
   * Sends a request and returns the response.
   *
   * @param request the request line and the headers
   * @param needsBody whether the body is needed; otherwise reading it may end early
   */
  HttpResponse exchange(String request, boolean needsBody) throws IOException {
    connection.write(request.getBytes(StandardCharsets.ISO_8859_1));
    int status = readHead();
    while (status < FIRST_FINAL_STATUS) {
      status = readHead();
    }
    boolean hasBody =
        !request.startsWith("HEAD ") && status != NO_CONTENT && status != NOT_MODIFIED;
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (needsBody && hasBody) {
      readBody(body);
    }
    readRest(hasBody && !needsBody, body);
    return new HttpResponse(status, body.toString(StandardCharsets.UTF_8));
  }

  /**
   * Reads what the server still sends, for a short time: closing a socket with unread bytes resets
   * the connection, which servers log as an error. If the server closes it, waits for that.
   */
  private void readRest(boolean hasBody, ByteArrayOutputStream body) {
    Duration remaining = deadline.remaining();
    deadline =
        Deadline.after(
            TimeSource.system(), remaining.compareTo(REST_TIMEOUT) < 0 ? remaining : REST_TIMEOUT);
    try {
      if (hasBody) {
        readBody(body);
      }
      int reads = MAX_BODY_BYTES / buffer.length;
      while (serverCloses && reads > 0 && fillBuffer()) {
        reads--;
      }
    } catch (IOException ignored) {
      // The status is known; the rest does not matter.
    }
  }

  private int readHead() throws IOException {
    String statusLine = readLine();
    Matcher matcher = STATUS_LINE.matcher(statusLine);
    if (!matcher.matches()) {
      throw new ProtocolException(
          "does not speak HTTP/1.1; response: " + TextExcerpt.of(statusLine, MAX_EXCERPT_LENGTH));
    }
    serverCloses = matcher.group(1).equals("0");
    chunked = false;
    contentLength = -1;
    for (String header = readLine(); !header.isEmpty(); header = readLine()) {
      onHeader(header.toLowerCase(Locale.ROOT).replaceFirst("\\s*:\\s*", ":").strip());
    }
    return Integer.parseInt(matcher.group(2));
  }

  private void onHeader(String header) {
    if (header.matches("connection:(.*,\\s*)?close(\\s*,.*)?")) {
      serverCloses = true;
    } else if (header.matches("transfer-encoding:(.*,\\s*)?chunked")) {
      chunked = true;
    } else if (header.matches("content-length:[0-9]{1,18}")) {
      contentLength = Long.parseLong(header.substring("content-length:".length()));
    }
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = readHeaderByte(); next != '\n'; next = readHeaderByte()) {
      line.append((char) next);
    }
    int end = line.length();
    return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
  }

  private int readHeaderByte() throws IOException {
    if (position == limit && !fillBuffer()) {
      throw new ProtocolException("closed the connection without a response");
    }
    if (++headerBytes > MAX_HEADER_BYTES) {
      throw new ProtocolException("sent more than 64KiB of headers");
    }
    return buffer[position++] & 0xff;
  }

  /** Returns false if the server has closed the connection. */
  private boolean fillBuffer() throws IOException {
    limit = Math.max(0, connection.read(buffer, deadline));
    position = 0;
    if (limit == 0) {
      connection.resetOnClose();
    }
    return limit > 0;
  }

  private void readBody(ByteArrayOutputStream body) throws IOException {
    if (!chunked) {
      readBytes(body, contentLength < 0 ? Long.MAX_VALUE : contentLength);
      return;
    }
    long size = readChunkSize();
    while (size > 0 && body.size() < MAX_BODY_BYTES) {
      readBytes(body, size);
      if (body.size() < MAX_BODY_BYTES) {
        String ignored = readLine(); // the end of the chunk
        size = readChunkSize();
      }
    }
  }

  private long readChunkSize() throws IOException {
    String line = readLine();
    Matcher matcher = Pattern.compile("([0-9a-fA-F]{1,15})\\s*(;.*)?").matcher(line);
    if (!matcher.matches()) {
      throw new ProtocolException(
          "sent a malformed chunk: " + TextExcerpt.of(line, MAX_EXCERPT_LENGTH));
    }
    long size = Long.parseLong(matcher.group(1), 16);
    if (size == 0) {
      while (!readLine().isEmpty()) {} // trailers
    }
    return size;
  }

  /** Reads bytes until there are enough of them, the limit is reached, or the server closes. */
  private void readBytes(ByteArrayOutputStream body, long count) throws IOException {
    long left = Math.min(count, MAX_BODY_BYTES - body.size());
    while (left > 0 && (position < limit || fillBuffer())) {
      int length = (int) Math.min(left, limit - position);
      body.write(buffer, position, length);
      position += length;
      left -= length;
    }
  }
}
