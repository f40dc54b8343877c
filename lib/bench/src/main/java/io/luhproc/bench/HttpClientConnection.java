package io.luhproc.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A connection to the unix socket of a daemon that costs little itself. */
final class HttpClientConnection implements AutoCloseable {
  private final SocketChannel channel;
  private final InputStream in;

  HttpClientConnection(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
  }

  void send(String target, String headers) throws IOException {
    send("GET", target, headers);
  }

  private void send(String method, String target, String headers) throws IOException {
    String request = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(ISO_8859_1));
    while (bytes.hasRemaining()) {
      int ignored = channel.write(bytes);
    }
  }

  /** Sends a request and reads the whole answer; returns its length. */
  long get(String target) throws IOException {
    send(target, "");
    return readAnswer();
  }

  /** Sends a request without a body and reads the answer; fails unless it is 200. */
  void post(String target) throws IOException {
    send("POST", target, "Content-Length: 0\r\n");
    long ignored = readAnswer();
  }

  private long readAnswer() throws IOException {
    String status = readLine();
    if (!status.contains(" 200")) {
      throw new IOException("the daemon answered " + status);
    }
    long length = 0;
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      if (line.startsWith("Content-Length: ")) {
        length = Long.parseLong(line.substring("Content-Length: ".length()));
      }
    }
    in.skipNBytes(length);
    return length;
  }

  /** Returns the next line without its end. */
  String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the daemon has closed the connection");
      }
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
