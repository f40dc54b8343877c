package io.luhproc.health;

import io.luhproc.time.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A connection over a Unix domain socket.
 *
 * <p>The JDK has no {@code Socket} for these, and reads of a blocking channel have no timeout.
 */
final class UnixConnection implements Connection {
  private final SocketChannel channel;
  private final Selector selector;

  private UnixConnection(SocketChannel channel, Selector selector) {
    this.channel = channel;
    this.selector = selector;
  }

  /**
   * Connects to a socket. Does not wait: the kernel refuses the connection if the backlog is full,
   * see connect(2), EAGAIN.
   */
  static UnixConnection connect(Path path) throws IOException {
    SocketChannel channel = open();
    try {
      channel.configureBlocking(false);
      if (!channel.connect(UnixDomainSocketAddress.of(path))) {
        throw new IOException("the connection was not accepted at once");
      }
      Selector selector = openSelector();
      SelectionKey ignored = channel.register(selector, SelectionKey.OP_READ);
      return new UnixConnection(channel, selector);
    } catch (IOException | RuntimeException e) {
      try (channel) {
        throw e;
      }
    }
  }

  private static Selector openSelector() {
    try {
      return Selector.open();
    } catch (IOException e) {
      throw DeadlineSocket.noSocket(e);
    }
  }

  private static SocketChannel open() {
    try {
      return SocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (IOException e) {
      throw DeadlineSocket.noSocket(e);
    }
  }

  @Override
  public void write(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      if (channel.write(buffer) == 0) {
        throw new IOException("the buffer of the socket is full");
      }
    }
  }

  @Override
  public int read(byte[] buffer, Deadline deadline) throws IOException {
    int count = channel.read(ByteBuffer.wrap(buffer));
    while (count == 0) {
      int ignored = selector.select(DeadlineSocket.remainingMillis(deadline));
      selector.selectedKeys().clear();
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted");
      }
      count = channel.read(ByteBuffer.wrap(buffer));
    }
    return count;
  }

  @Override
  public void resetOnClose() {
    // Unix domain sockets have no TIME_WAIT.
  }

  @Override
  public void close() throws IOException {
    try (selector) {
      channel.close();
    }
  }
}
