package io.luhproc.daemon;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Sends bytes to a server and reads its answer until it closes the connection. */
final class RawHttp {
  private RawHttp() {}

  static SocketAddress tcp(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  static SocketAddress unix(Path socket) {
    return UnixDomainSocketAddress.of(socket);
  }

  /** Sends a request with {@code Host: localhost} and {@code Connection: close}. */
  static String request(SocketAddress server, String method, String target, String... headers)
      throws IOException {
    StringBuilder request = new StringBuilder();
    request.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    if (String.join("\n", headers).indexOf("Host:") < 0) {
      request.append("Host: localhost\r\n");
    }
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return exchange(server, request + "Connection: close\r\n\r\n");
  }

  static String exchange(SocketAddress server, String bytes) throws IOException {
    try (SocketChannel channel = SocketChannel.open(server)) {
      send(channel, bytes);
      return readAll(channel);
    }
  }

  static void send(SocketChannel channel, String bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.UTF_8));
    try {
      while (buffer.hasRemaining()) {
        int ignored = channel.write(buffer);
      }
    } catch (IOException expected) {
      // The server may refuse the request before it has read all of it.
    }
  }

  static String readAll(SocketChannel channel) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    try {
      while (channel.read(buffer) >= 0) {
        answer.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
    } catch (IOException expected) {
      // A connection that is reset is closed too.
    }
    return answer.toString(StandardCharsets.UTF_8);
  }

  static int status(String answer) {
    return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
  }

  static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }
}
