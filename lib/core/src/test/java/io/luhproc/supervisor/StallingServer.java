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
final class StallingServer implements AutoCloseable {
  private static final byte[] ANSWER =
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
        awaitAccepting();
        if (silent) {
          unanswered.add(socket);
        } else {
          answer(socket);
        }
      }
    } catch (IOException | InterruptedException expected) {
      // It was closed.
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
      socket.getOutputStream().write(ANSWER);
    } catch (IOException expected) {
      // Whoever asked has gone, which is all that a check by tcp does.
    }
  }

  /** From now on accepts and never answers. */
  void stopAnswering() {
    silent = true;
  }

  /** From now on accepts nobody, and its backlog is full: to connect takes for ever. */
  void fillBacklog() throws IOException, InterruptedException {
    synchronized (this) {
      refusing = true;
      parked = false;
    }
    // One is still accepted, and must be before the others fill the backlog.
    assertThat(connects()).isTrue();
    synchronized (this) {
      while (!parked) {
        wait();
      }
    }
    boolean letIn = true;
    while (letIn) {
      letIn = connects();
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

  /** Answers everybody again. */
  void recover() throws IOException {
    silent = false;
    synchronized (this) {
      refusing = false;
      notifyAll();
    }
    close(backlog);
  }

  void awaitUnanswered(int count) {
    Eventually.holds(count + " wait for an answer", () -> unanswered.size() >= count);
  }

  /** Whoever still waits for an answer has hung up, or does so now. */
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
