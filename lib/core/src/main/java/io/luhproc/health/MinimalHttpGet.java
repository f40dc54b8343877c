package io.luhproc.health;

import io.luhproc.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends one HTTP/1.1 GET request (RFC 9112) and reads the status of the response.
 *
 * <p>The JDK's clients do not fit: {@code HttpURLConnection} cannot be interrupted and limits only
 * single reads; {@code java.net.http} keeps threads and memory that 1000 checks do not need.
 */
final class MinimalHttpGet {
  private static final int MAX_HEADER_BYTES = 64 << 10;
  private static final int MAX_EXCERPT_LENGTH = 60;
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})( .*)?");
  private static final int FIRST_FINAL_STATUS = 200;

  private final Socket socket;
  private final Deadline deadline;
  private final byte[] buffer = new byte[8 << 10];
  private int position;
  private int limit;
  private int totalBytes;

  MinimalHttpGet(Socket socket, Deadline deadline) {
    this.socket = socket;
    this.deadline = deadline;
  }

  /** Returns the status after all headers have arrived. */
  int get(URI url) throws IOException {
    socket.getOutputStream().write(request(url).getBytes(StandardCharsets.US_ASCII));
    int status = readResponseStatus();
    while (status < FIRST_FINAL_STATUS) {
      status = readResponseStatus();
    }
    drainBody();
    return status;
  }

  private static String request(URI url) {
    URI ascii = URI.create(url.toASCIIString());
    String path = ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
    String query = ascii.getRawQuery() == null ? "" : "?" + ascii.getRawQuery();
    return "GET %s%s HTTP/1.1\r\nHost: %s\r\n".formatted(path, query, ascii.getRawAuthority())
        + "User-Agent: luhproc-health\r\nAccept: */*\r\nConnection: close\r\n\r\n";
  }

  private int readResponseStatus() throws IOException {
    String statusLine = readLine();
    Matcher matcher = STATUS_LINE.matcher(statusLine);
    if (!matcher.matches()) {
      throw new ProtocolException(
          "does not speak HTTP/1.1; response: " + TextExcerpt.of(statusLine, MAX_EXCERPT_LENGTH));
    }
    String header = readLine();
    while (!header.isEmpty()) {
      header = readLine();
    }
    return Integer.parseInt(matcher.group(1));
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = readByte(); next != '\n'; next = readByte()) {
      line.append((char) next);
    }
    int end = line.length();
    return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
  }

  private int readByte() throws IOException {
    if (position == limit) {
      fillBuffer();
    }
    if (++totalBytes > MAX_HEADER_BYTES) {
      throw new ProtocolException("sent more than 64KiB of headers");
    }
    return buffer[position++] & 0xff;
  }

  private void fillBuffer() throws IOException {
    socket.setSoTimeout(DeadlineSocket.remainingMillis(deadline));
    limit = socket.getInputStream().read(buffer);
    position = 0;
    if (limit < 0) {
      throw new ProtocolException("closed the connection without a response");
    }
  }

  /**
   * Reads the part of the body that has already arrived. Closing a socket with unread bytes resets
   * the connection, which servers log as an error.
   */
  private void drainBody() {
    try {
      InputStream body = socket.getInputStream();
      int drained = 0;
      while (body.available() > 0 && drained < MAX_HEADER_BYTES) {
        drained += body.read(buffer);
      }
    } catch (IOException ignored) {
      // The status is known; the body does not matter.
    }
  }
}
