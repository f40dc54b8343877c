package io.luhproc.health;

import io.luhproc.time.Deadline;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** A connection to the checked process, whose reads end at a deadline. */
interface Connection extends Closeable {

  /** Sends bytes, few enough for the buffer of the socket. */
  void write(byte[] bytes) throws IOException;

  /**
   * Reads some bytes.
   *
   * @return the number of bytes; -1 if the other side has closed the connection
   * @throws SocketTimeoutException if nothing has arrived at the deadline
   */
  int read(byte[] buffer, Deadline deadline) throws IOException;

  /**
   * Makes {@link #close()} reset the connection. The side that closes a TCP connection first keeps
   * it in TIME_WAIT for a minute, see tcp(7); a server without SO_REUSEADDR cannot bind its port
   * again meanwhile. A reset after the server has closed its side ends that state.
   */
  void resetOnClose() throws IOException;

  /** Returns a connection over a connected socket, which {@link #close()} closes. */
  static Connection of(Socket socket) {
    return new SocketConnection(socket, socket);
  }

  /**
   * Returns a connection over a socket that encrypts another one.
   *
   * @param socket the socket for reading and writing
   * @param transport the socket below it
   */
  static Connection of(Socket socket, Socket transport) {
    return new SocketConnection(socket, transport);
  }

  /**
   * A connection over a socket.
   *
   * @param socket the socket for reading and writing
   * @param transport the TCP socket
   */
  record SocketConnection(Socket socket, Socket transport) implements Connection {
    @Override
    public void write(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
    }

    @Override
    public int read(byte[] buffer, Deadline deadline) throws IOException {
      socket.setSoTimeout(DeadlineSocket.remainingMillis(deadline));
      return socket.getInputStream().read(buffer);
    }

    @Override
    public void resetOnClose() throws IOException {
      transport.setSoLinger(true, 0);
    }

    @Override
    public void close() throws IOException {
      try (transport) {
        socket.close();
      }
    }
  }
}
