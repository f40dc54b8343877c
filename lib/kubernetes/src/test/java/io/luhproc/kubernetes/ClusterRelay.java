package io.luhproc.kubernetes;

import io.luhproc.kubernetes.access.ClusterAccess;
import io.luhproc.kubernetes.access.ServerTrust;
import io.luhproc.time.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Passes connections on to an API server, until they are cut. Thread-safe. */
final class ClusterRelay implements AutoCloseable {
  private static final int HTTPS = 443;

  private final ServerSocket entry;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile URI server = URI.create("https://127.0.0.1:1");
  private volatile boolean cut;

  ClusterRelay() {
    try {
      entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Threads.daemon("relay", this::accept).start();
  }

  /** Returns the access to the same server through this relay. */
  ClusterAccess through(ClusterAccess direct) {
    server = direct.server();
    ServerTrust trust = direct.trust();
    return new ClusterAccess(
        URI.create(server.getScheme() + "://127.0.0.1:" + entry.getLocalPort() + server.getPath()),
        direct.namespace(),
        new ServerTrust(
            trust.authorities(),
            trust.serverName().or(() -> Optional.of(server.getHost())),
            trust.insecure()),
        direct.credentials(),
        direct.podName(),
        direct.origin());
  }

  /** Closes all connections, and those that come. */
  void cut() {
    cut = true;
    open.forEach(ClusterRelay::close);
  }

  /** Passes new connections on again. */
  void restore() {
    cut = false;
  }

  private void accept() {
    while (!entry.isClosed()) {
      try {
        relay(entry.accept());
      } catch (IOException expected) {
        // The relay is closed, or the server is not reachable.
      }
    }
  }

  private void relay(Socket client) throws IOException {
    if (cut) {
      client.close();
      return;
    }
    Socket target = new Socket(server.getHost(), server.getPort() < 0 ? HTTPS : server.getPort());
    open.add(client);
    open.add(target);
    Threads.daemon("relay", () -> copy(client, target)).start();
    Threads.daemon("relay", () -> copy(target, client)).start();
  }

  private void copy(Socket from, Socket to) {
    try {
      long ignored = from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException expected) {
      // It is cut, or one end has closed it.
    } finally {
      close(from);
      close(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException expected) {
      // It is closed anyway.
    }
  }

  @Override
  public void close() throws IOException {
    entry.close();
    cut();
  }
}
