package io.luhproc.daemon.ship;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/** An HTTP server on loopback whose responses are given as bytes. One thread per connection. */
public final class FakeEndpoint implements AutoCloseable {
  /** A response that confirms a batch. */
  public static final String OK = "HTTP/1.1 204 No Content\r\n\r\n";

  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final ServerSocket server;
  private volatile Reply reply = request -> OK;

  /** Decides about each request. */
  @FunctionalInterface
  public interface Reply {
    /** Returns the response; empty to close the connection. */
    String to(Request request);
  }

  /** A request. */
  public static final class Request {
    private final String head;
    private final byte[] body;

    private Request(String head, byte[] body) {
      this.head = head;
      this.body = body;
    }

    /** Returns the request line and the headers, in lower case. */
    public String head() {
      return head;
    }

    /** Returns the body as it was sent. */
    public byte[] body() {
      return body.clone();
    }
  }

  private FakeEndpoint(ServerSocket server) {
    this.server = server;
  }

  /** Listens on a port, 0 for any. */
  public static FakeEndpoint start(int port) {
    return start(port, ServerSocketFactory.getDefault());
  }

  /** Listens with TLS. */
  static FakeEndpoint startTls(SSLContext context) {
    return start(0, context.getServerSocketFactory());
  }

  private static FakeEndpoint start(int port, ServerSocketFactory sockets) {
    try {
      FakeEndpoint endpoint =
          new FakeEndpoint(sockets.createServerSocket(port, 50, InetAddress.getLoopbackAddress()));
      startThread(endpoint::accept);
      return endpoint;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void startThread(Runnable body) {
    Thread thread = new Thread(body, "fake-endpoint");
    thread.setDaemon(true);
    thread.start();
  }

  public int port() {
    return server.getLocalPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port() + "/logs";
  }

  public void reply(Reply next) {
    reply = next;
  }

  /** Returns the requests that were received as a whole. */
  public List<Request> requests() {
    return requests;
  }

  /** Returns the messages of all requests, in order. */
  public List<String> messages() {
    return requests.stream().flatMap(it -> ShippedEvents.messages(it.body()).stream()).toList();
  }

  /** Never returns before this is closed. */
  public String hang() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "";
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        sockets.add(socket);
        startThread(() -> serve(socket));
      }
    } catch (IOException expected) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
        Request request = new Request(head, in.readNBytes(contentLength(head)));
        if (request.body().length < contentLength(head)) {
          // The client was killed.
          return;
        }
        String response = reply.to(request);
        if (response.startsWith("HTTP/1.1 2")) {
          requests.add(request);
        }
        socket.getOutputStream().write(response.getBytes(ISO_8859_1));
        if (response.isEmpty() || response.contains("X-Cut")) {
          return;
        }
      }
    } catch (IOException expected) {
      // The client or the test has closed it.
    }
  }

  private static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      head.write(b);
      if (head.size() >= 4 && head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
        return head.toString(ISO_8859_1).toLowerCase(Locale.ROOT);
      }
    }
    return "";
  }

  private static int contentLength(String head) {
    return head.lines()
        .filter(it -> it.startsWith("content-length:"))
        .mapToInt(it -> Integer.parseInt(it.substring(15).strip()))
        .findFirst()
        .orElse(0);
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
