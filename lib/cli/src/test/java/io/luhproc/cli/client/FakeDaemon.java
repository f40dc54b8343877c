package io.luhproc.cli.client;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers each connection to a unix socket with the same bytes. */
final class FakeDaemon implements AutoCloseable {
  private final ServerSocketChannel server;
  private final byte[] answer;
  private final boolean closes;
  private final Thread thread = new Thread(this::serve, "fake-daemon");
  private final AtomicInteger requests = new AtomicInteger();
  private volatile String lastRequest = "";

  /**
   * Starts a daemon.
   *
   * @param closes whether it closes a connection after the answer
   */
  FakeDaemon(Path socket, String answer, boolean closes) throws IOException {
    this.answer = answer.getBytes(StandardCharsets.UTF_8);
    this.closes = closes;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    try {
      while (true) {
        SocketChannel channel = server.accept();
        ByteBuffer request = ByteBuffer.allocate(4096);
        int count = channel.read(request);
        requests.getAndIncrement();
        lastRequest = new String(request.array(), 0, Math.max(0, count), StandardCharsets.UTF_8);
        // One byte at a time: a reader must join what arrives in pieces.
        for (byte b : answer) {
          int ignored = channel.write(ByteBuffer.wrap(new byte[] {b}));
        }
        if (closes) {
          channel.close();
        }
      }
    } catch (IOException expected) {
      // The test has ended, or the client has closed the connection.
    }
  }

  /** Returns the text of the last request. */
  String lastRequest() {
    return lastRequest;
  }

  /** Returns the number of requests. */
  int requests() {
    return requests.get();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
