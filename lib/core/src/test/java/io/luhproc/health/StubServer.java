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

/** Server on the loopback interface that handles every connection in the same way. */
public final class StubServer implements AutoCloseable {
  final List<String> requests = new CopyOnWriteArrayList<>();
  private final ServerSocket server;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final ConnectionHandler handler;

  private StubServer(ServerSocket server, ConnectionHandler handler) {
    this.server = server;
    this.handler = handler;
  }

  /** Handles one connection. */
  public interface ConnectionHandler {
    void handle(StubServer server, Socket socket) throws IOException;
  }

  static StubServer serveOn(ServerSocket socket, ConnectionHandler handler) {
    StubServer server = new StubServer(socket, handler);
    Threads.daemon("stub-server", server::acceptLoop).start();
    return server;
  }

  public static StubServer withHandler(ConnectionHandler handler) throws IOException {
    return serveOn(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), handler);
  }

  /** Returns a server that reads the request and responds with a text. */
  public static StubServer respondingWith(String text) throws IOException {
    return withHandler((server, socket) -> server.respond(socket, text));
  }

  void respond(Socket socket, String text) throws IOException {
    readRequest(socket);
    send(socket, text);
    socket.close();
  }

  /** Responds to one request and closes the connection once the client has closed it. */
  void respondAndWait(Socket socket, String text) throws IOException {
    readRequest(socket);
    send(socket, text);
    while (socket.getInputStream().read() >= 0) {}
    socket.close();
  }

  void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** Returns a server that accepts connections and sends nothing. */
  public static StubServer withoutResponse() throws IOException {
    return withHandler((server, socket) -> {});
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

  public int port() {
    return server.getLocalPort();
  }

  public HttpCheck http(String path) {
    return HealthCheck.http("http://127.0.0.1:" + port() + path);
  }

  public void awaitConnections(int count) {
    Eventually.holds(count + " connections are open", () -> connections.size() >= count);
  }

  private void acceptLoop() {
    try {
      while (true) {
        Socket socket = server.accept();
        connections.add(socket);
        Threads.daemon("stub-connection", () -> handleConnection(socket)).start();
      }
    } catch (IOException expected) {
      // The server was closed.
    }
  }

  private void handleConnection(Socket socket) {
    try {
      handler.handle(this, socket);
    } catch (IOException expected) {
      // The client has closed the connection, or the test is over.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : connections) {
      socket.close();
    }
  }
}
