package io.luhproc.health;

import io.luhproc.testing.Eventually;
import io.luhproc.time.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on the loopback interface that treats every connection in the same, maybe bad, way. */
final class TinyServer implements AutoCloseable {
  final List<String> requests = new CopyOnWriteArrayList<>();
  private final ServerSocket server;
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final Manner manner;

  private TinyServer(ServerSocket server, Manner manner) {
    this.server = server;
    this.manner = manner;
  }

  /** What it does with a connection. */
  interface Manner {
    void treat(TinyServer server, Socket socket) throws IOException;
  }

  static TinyServer on(ServerSocket socket, Manner manner) {
    TinyServer server = new TinyServer(socket, manner);
    Threads.daemon("tiny-server", server::serve).start();
    return server;
  }

  static TinyServer that(Manner manner) throws IOException {
    return on(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), manner);
  }

  /** Reads the request, and answers with a text. */
  static TinyServer answering(String text) throws IOException {
    return that((server, socket) -> server.answer(socket, text));
  }

  void answer(Socket socket, String text) throws IOException {
    readRequest(socket);
    say(socket, text);
    socket.close();
  }

  void say(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  static TinyServer silent() throws IOException {
    return that((server, socket) -> {});
  }

  private void readRequest(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder request = new StringBuilder();
    int next = in.read();
    while (next >= 0 && request.indexOf("\r\n\r\n") < 0) {
      request.append((char) next);
      next = request.indexOf("\r\n\r\n") < 0 ? in.read() : -1;
    }
    requests.add(request.toString());
  }

  int port() {
    return server.getLocalPort();
  }

  HttpCheck http(String path) {
    return HealthCheck.http("http://127.0.0.1:" + port() + path);
  }

  void awaitConnections(int count) {
    Eventually.holds(count + " connections", () -> open.size() >= count);
  }

  private void serve() {
    try {
      while (true) {
        Socket socket = server.accept();
        open.add(socket);
        Threads.daemon("tiny-answer", () -> treat(socket)).start();
      }
    } catch (IOException expected) {
      // It was closed.
    }
  }

  private void treat(Socket socket) {
    try {
      manner.treat(this, socket);
    } catch (IOException expected) {
      // The other side has gone, or the test is over.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
