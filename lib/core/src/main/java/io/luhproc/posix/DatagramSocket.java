package io.luhproc.posix;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A Unix domain datagram socket that tells the pid of each sender, which the JDK does not offer.
 * Loads jnr-ffi on first use. Needs Linux on x86-64 or AArch64, and on JDK 24 and later {@code
 * --enable-native-access}.
 */
public interface DatagramSocket extends Closeable {
  /** The longest path of a socket in bytes, see unix(7). */
  int MAX_PATH_BYTES = 107;

  /** The longest text that is received whole. */
  int MAX_TEXT_BYTES = 4096;

  /**
   * A datagram.
   *
   * @param pid the pid of the sender as the kernel attests it; 0 if it is in another pid namespace
   * @param text the text, cut to {@link #MAX_TEXT_BYTES}
   * @param isCut whether the text is cut
   */
  record Datagram(long pid, String text, boolean isCut) {}

  /**
   * Waits for the next datagram. File descriptors that came with it are closed. Must be called by
   * one thread only.
   *
   * @return empty once the socket is closed
   * @throws IOException if the kernel refuses
   */
  Optional<Datagram> receive() throws IOException;

  /**
   * Makes {@link #receive} return; the thread that calls it releases the descriptor. The file
   * remains.
   */
  @Override
  void close();

  /**
   * Binds a socket to a path, which must not exist.
   *
   * @throws IOException if the path is too long, exists or cannot be created, or if native code
   *     cannot be loaded
   */
  static DatagramSocket bind(Path path) throws IOException {
    return JnrDatagramSocket.bind(path);
  }

  /**
   * Sends one datagram, without waiting for the receiver.
   *
   * @param address the path of the socket, or {@code @} and the name of an abstract one, see
   *     unix(7)
   * @throws IOException if there is no receiver, its queue is full, or native code cannot be loaded
   */
  static void send(String address, String text) throws IOException {
    JnrDatagramSocket.send(address, text);
  }
}
