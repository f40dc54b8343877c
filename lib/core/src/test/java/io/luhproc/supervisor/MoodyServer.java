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

/** A server that answers HTTP, until it keeps everybody waiting or even lets nobody in. */
final class MoodyServer implements AutoCloseable {
  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket server;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final List<Socket> queue = new CopyOnWriteArrayList<>();
  private volatile boolean silent;
  // Guarded by this.
  private boolean full;
  private boolean parked;

  MoodyServer() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Threads.daemon("moody-server", this::serve).start();
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
        awaitRoom();
        if (silent) {
          open.add(socket);
        } else {
          answer(socket);
        }
      }
    } catch (IOException | InterruptedException expected) {
      // It was closed.
    }
  }

  private synchronized void awaitRoom() throws InterruptedException {
    parked = full;
    notifyAll();
    while (full) {
      wait();
    }
  }

  private static void answer(Socket socket) {
    try (socket) {
      socket.getOutputStream().write(ANSWER);
    } catch (IOException expected) {
      // Whoever asked has gone, which is all that a check by tcp does.
    }
  }

  /** From now on accepts and never answers. */
  void fallSilent() {
    silent = true;
  }

  /** From now on accepts nobody, and its backlog is full: to connect takes for ever. */
  void fill() throws IOException, InterruptedException {
    synchronized (this) {
      full = true;
      parked = false;
    }
    // One is still accepted, and must be before the others fill the backlog.
    assertThat(isLetIn()).isTrue();
    synchronized (this) {
      while (!parked) {
        wait();
      }
    }
    boolean letIn = true;
    while (letIn) {
      letIn = isLetIn();
    }
  }

  private boolean isLetIn() throws IOException {
    Socket socket = new Socket();
    queue.add(socket);
    try {
      socket.connect(server.getLocalSocketAddress(), 200);
      return true;
    } catch (SocketTimeoutException expected) {
      return false;
    }
  }

  /** Answers everybody again. */
  void recover() throws IOException {
    silent = false;
    synchronized (this) {
      full = false;
      notifyAll();
    }
    close(queue);
  }

  void awaitSilenced(int count) {
    Eventually.holds(count + " wait for an answer", () -> open.size() >= count);
  }

  /** Whoever still waits for an answer has hung up, or does so now. */
  void assertHungUp() throws IOException {
    for (Socket socket : open) {
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
    close(open);
  }
}
