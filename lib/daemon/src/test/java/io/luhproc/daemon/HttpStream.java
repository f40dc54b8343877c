package io.luhproc.daemon;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A request whose answer is read as it comes. */
final class HttpStream implements AutoCloseable {
  private final SocketChannel channel;
  private final StringBuilder received = new StringBuilder();

  HttpStream(SocketAddress server, String method, String target, String... headers)
      throws IOException {
    channel = SocketChannel.open(server);
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    RawHttp.send(
        channel, method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n");
  }

  /** Reads until a text was received, and returns all that was received up to its end. */
  String readUntil(String text) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    int from = 0;
    int found = received.indexOf(text);
    while (found < 0) {
      if (channel.read(buffer) < 0) {
        throw new IOException("the stream ended before " + text + ": " + received);
      }
      from = Math.max(0, received.length() - text.length());
      received.append(StandardCharsets.ISO_8859_1.decode(buffer.flip()));
      buffer.clear();
      found = received.indexOf(text, from);
    }
    return received.substring(0, found + text.length());
  }

  /** Returns the lines of what was received that begin with a prefix, without it. */
  List<String> linesAfter(String prefix) {
    return received
        .toString()
        .lines()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .toList();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
