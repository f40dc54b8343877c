package io.luhproc.daemon.http;

import io.luhproc.LuhprocException;
import io.luhproc.daemon.config.ListenAddress;
import io.luhproc.daemon.config.TlsFiles;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The listeners of a daemon: a unix socket in its directory, and TCP if configured. */
public final class HttpServer implements AutoCloseable {
  private static final String SOCKET_FILE = "http.sock";
  private static final String TOKEN_FILE = "http.token";
  private static final int MAX_THREADS = 16;
  private static final int MAX_CONNECTIONS = 1_200;
  private static final int MAX_HEADER_BYTES = 8 << 10;
  private static final int MAX_BODY_BYTES = 64 << 10;
  // A connection without a request is closed after this time.
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(5);
  // On the unix socket only commands of the owner connect, which a busy machine may serve late.
  private static final Duration OWNER_IDLE_TIMEOUT = Duration.ofSeconds(30);
  // One whose request is not complete, although bytes arrive, after this time.
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  // sizeof(sockaddr_un.sun_path) less the NUL, see unix(7).
  private static final int MAX_SOCKET_PATH = 107;

  private final Server server;
  private final EventHistory events;
  private final LogOpener logs;
  private final ApiHandler handler;
  private final Path socket;
  private final Optional<ServerConnector> tcp;
  private final Optional<SslContextFactory.Server> ssl;

  private HttpServer(
      ApiTarget target,
      Optional<ListenAddress> listen,
      Optional<KeyStore> keyStore,
      Path socket,
      AccessToken token) {
    this.socket = socket;
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS);
    threads.setName("http");
    threads.setDaemon(true);
    server = new Server(threads);
    events = new EventHistory(target.supervisor());
    logs = new LogOpener(target.supervisor());
    Api api = new Api(target, events, logs);
    handler = new ApiHandler(api);
    RequestDeadline deadline =
        new RequestDeadline(
            REQUEST_TIMEOUT,
            new AccessHandler(
                listen.map(ListenAddress::host),
                token,
                api,
                withSizeLimit(new PageHandler(handler))));
    server.setHandler(deadline);
    server.setErrorHandler(new ErrorReply());
    ssl = keyStore.map(HttpServer::sslContext);
    tcp = listen.map(address -> tcpConnector(server, address, ssl));
    tcp.ifPresent(connector -> addConnector(connector, deadline));
    addConnector(unixConnector(server, socket), deadline);
  }

  /**
   * Creates a server and takes its TCP address. Clients wait until {@link #start}.
   *
   * @param target what the API controls
   * @param listen the TCP address; empty for the unix socket only
   * @param tls the certificate for TCP; empty for plain text
   * @param directory the directory of the supervisor, of mode 0700
   * @throws LuhprocException if the address is in use, or no loopback address without TLS, the path
   *     of the socket is too long, or the token file, the certificate or its key cannot be used
   */
  public static HttpServer bind(
      ApiTarget target, Optional<ListenAddress> listen, Optional<TlsFiles> tls, Path directory) {
    Path socket = directory.resolve(SOCKET_FILE);
    checkSocket(socket);
    if (tls.isEmpty()) {
      listen.ifPresent(HttpServer::checkLoopback);
    }
    Optional<KeyStore> keyStore = tls.map(HttpServer::readKeyStore);
    AccessToken token = AccessToken.readOrCreate(directory.resolve(TOKEN_FILE));
    HttpServer bound = new HttpServer(target, listen, keyStore, socket, token);
    try {
      if (bound.tcp.isPresent()) {
        bound.tcp.get().open();
      }
      return bound;
    } catch (IOException e) {
      bound.close();
      throw openFailure(listen.map(ListenAddress::toString).orElse(""), e);
    }
  }

  /**
   * Opens the unix socket and begins to answer requests.
   *
   * @throws LuhprocException if that fails
   */
  public void start() {
    try {
      server.start();
    } catch (Exception e) {
      throw openFailure(socket.toString(), e);
    }
  }

  private static LuhprocException openFailure(String address, Exception failure) {
    return new LuhprocException(
        "cannot open the HTTP server on "
            + address
            + ": "
            + rootMessage(failure)
            + "; free the address or change listen",
        failure);
  }

  /** Each connector has a limit of its own: TCP clients cannot lock out those of the socket. */
  private void addConnector(AbstractConnector connector, RequestDeadline deadline) {
    connector.addBean(deadline, false);
    server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
    server.addConnector(connector);
  }

  private static SizeLimitHandler withSizeLimit(Handler handler) {
    SizeLimitHandler limit = new SizeLimitHandler(MAX_BODY_BYTES, -1);
    limit.setHandler(handler);
    return limit;
  }

  private static String rootMessage(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  private static HttpConnectionFactory connectionFactory() {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setRequestHeaderSize(MAX_HEADER_BYTES);
    return new HttpConnectionFactory(configuration);
  }

  private static KeyStore readKeyStore(TlsFiles files) {
    return TlsKeyStore.load(files, TimeSource.system().now());
  }

  private static SslContextFactory.Server sslContext(KeyStore keyStore) {
    SslContextFactory.Server ssl = new SslContextFactory.Server();
    ssl.setKeyStore(keyStore);
    ssl.setKeyStorePassword(TlsKeyStore.PASSWORD);
    return ssl;
  }

  /**
   * Reads the certificate and its key again, for new connections. Does nothing without TLS.
   *
   * @throws LuhprocException if they cannot be used; the former ones are used on
   */
  public void reloadCertificate(TlsFiles files) {
    if (ssl.isPresent()) {
      KeyStore keyStore = readKeyStore(files);
      try {
        ssl.get().reload(it -> it.setKeyStore(keyStore));
      } catch (Exception e) {
        throw new LuhprocException("cannot use " + files.certificate() + " for TLS: " + e, e);
      }
    }
  }

  private static ServerConnector tcpConnector(
      Server server, ListenAddress address, Optional<SslContextFactory.Server> ssl) {
    HttpConnectionFactory http = connectionFactory();
    ssl.ifPresent(it -> http.getHttpConfiguration().addCustomizer(new SecureRequestCustomizer()));
    ServerConnector connector =
        ssl.isPresent()
            ? new ServerConnector(
                server, 1, 1, new SslConnectionFactory(ssl.get(), http.getProtocol()), http)
            : new ServerConnector(server, 1, 1, http);
    connector.setHost(address.host());
    connector.setPort(address.port());
    connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
    return connector;
  }

  private static UnixDomainServerConnector unixConnector(Server server, Path socket) {
    UnixDomainServerConnector connector =
        new UnixDomainServerConnector(server, 1, 1, connectionFactory());
    connector.setUnixDomainPath(socket);
    connector.setIdleTimeout(OWNER_IDLE_TIMEOUT.toMillis());
    return connector;
  }

  private static void checkLoopback(ListenAddress address) {
    try {
      for (InetAddress resolved : InetAddress.getAllByName(address.host())) {
        if (!resolved.isLoopbackAddress()) {
          throw new LuhprocException(
              "cannot listen on "
                  + address
                  + ": it is no loopback address, and there is no TLS; set tls.certificate and"
                  + " tls.key, or listen on localhost and use a reverse proxy");
        }
      }
    } catch (UnknownHostException e) {
      throw new LuhprocException(
          "cannot listen on " + address + ": the host is unknown; listen on localhost", e);
    }
  }

  /** Deletes a socket that a killed daemon left; the lock of the supervisor says that it is. */
  private static void checkSocket(Path socket) {
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH) {
      throw new LuhprocException(
          "cannot create the socket "
              + socket
              + ": its path is longer than "
              + MAX_SOCKET_PATH
              + " bytes; set directory in [supervisor] to a shorter path");
    }
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new LuhprocException("cannot delete the old socket " + socket + ": " + e, e);
    }
  }

  /** Returns the path of the unix socket. */
  public Path socket() {
    return socket;
  }

  /** Returns the TCP port; empty without TCP. */
  public Optional<Integer> port() {
    return tcp.map(ServerConnector::getLocalPort);
  }

  /** Closes the listeners and all connections. */
  @Override
  public void close() {
    events.close();
    handler.closeStreams();
    logs.close();
    try {
      // A server that was not started does not close it.
      tcp.ifPresent(ServerConnector::close);
      server.stop();
    } catch (InterruptedException e) {
      // By another signal: the connections end with this process.
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw closeFailure(e);
    }
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw closeFailure(e);
    }
  }

  private static LuhprocException closeFailure(Exception e) {
    return new LuhprocException("cannot close the HTTP server: " + e, e);
  }
}
