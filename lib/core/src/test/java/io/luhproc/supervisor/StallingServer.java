package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.testing.Eventually;
import io.luhproc.time.Threads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP server that can be made to stop responding or to stop accepting connections. */
final class StallingServer implements AutoCloseable {
  private static final byte[] RESPONSE =
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket server;
  private final List<Socket> unanswered = new CopyOnWriteArrayList<>();
  private final List<Socket> backlog = new CopyOnWriteArrayList<>();
  private volatile boolean silent;
  // Guarded by this.
  private boolean refusing;
  private boolean parked;

  StallingServer() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Threads.daemon("stalling-server", this::serve).start();
  }

  int port() {
    return server.getLocalPort();
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/";
  }

  private void serve() {
    try {
      while (true) {
        Socket socket = server.accept();
        awaitAccepting();
        if (silent) {
          unanswered.add(socket);
        } else {
          answer(socket);
        }
      }
    } catch (IOException | InterruptedException expected) {
      // The server was closed.
    }
  }

  private synchronized void awaitAccepting() throws InterruptedException {
    parked = refusing;
    notifyAll();
    while (refusing) {
      wait();
    }
  }

  private static void answer(Socket socket) {
    try (socket) {
      socket.getOutputStream().write(RESPONSE);
    } catch (IOException expected) {
      // A tcp check connects and disconnects without reading.
    }
  }

  /** Makes the server accept connections without answering. */
  void stopAnswering() {
    silent = true;
  }

  /** Stops accepting and fills the backlog, so that a connection attempt never completes. */
  void fillBacklog() throws IOException, InterruptedException {
    synchronized (this) {
      refusing = true;
      parked = false;
    }
    // The pending accept() takes one more connection; it must do so before the backlog fills.
    assertThat(connects()).isTrue();
    synchronized (this) {
      while (!parked) {
        wait();
      }
    }
    boolean hasRoom = true;
    while (hasRoom) {
      hasRoom = connects();
    }
  }

  private boolean connects() throws IOException {
    Socket socket = new Socket();
    backlog.add(socket);
    try {
      socket.connect(server.getLocalSocketAddress(), 200);
      return true;
    } catch (SocketTimeoutException expected) {
      return false;
    }
  }

  /** Accepts and answers again, and drops the connections of the backlog. */
  void recover() throws IOException {
    silent = false;
    synchronized (this) {
      refusing = false;
      notifyAll();
    }
    close(backlog);
  }

  void awaitUnanswered(int count) {
    Eventually.holds(count + " clients wait for a response", () -> unanswered.size() >= count);
  }

  /** Asserts that the clients that got no response disconnect. */
  void assertClientsDisconnected() throws IOException {
    for (Socket socket : unanswered) {
      socket.setSoTimeout(10_000);
      assertThat(socket.getInputStream().readAllBytes()).asString().startsWith("GET / ");
    }
  }

  private static void close(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  @Override
  public void close() throws IOException {
    recover();
    server.close();
    close(unanswered);
  }
}
