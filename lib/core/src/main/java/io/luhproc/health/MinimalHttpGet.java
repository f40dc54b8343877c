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
 * One GET, of whose answer only the status matters (RFC 9112). The clients of the JDK are not used
 * because HttpURLConnection can neither be interrupted nor limited in total, only per read, and
 * java.net.http keeps threads and memory that a supervisor with 1000 checks has no use for.
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

  /** Returns the status, once all headers have come. */
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
          "does not speak HTTP/1.1, it said: " + TextExcerpt.of(statusLine, MAX_EXCERPT_LENGTH));
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
      throw new ProtocolException("sent more than 64KiB and no end of its headers");
    }
    return buffer[position++] & 0xff;
  }

  private void fillBuffer() throws IOException {
    socket.setSoTimeout(DeadlineSocket.remainingMillis(deadline));
    limit = socket.getInputStream().read(buffer);
    position = 0;
    if (limit < 0) {
      throw new ProtocolException("closed the connection before it answered");
    }
  }

  /**
   * Takes what has come of the body: closing on unread bytes resets the connection, which a server
   * would report as an error.
   */
  private void drainBody() {
    try {
      InputStream body = socket.getInputStream();
      int drained = 0;
      while (body.available() > 0 && drained < MAX_HEADER_BYTES) {
        drained += body.read(buffer);
      }
    } catch (IOException ignored) {
      // The status is known, and nobody asked for the body.
    }
  }
}
