package io.luhproc.kubernetes.client;

import io.luhproc.kubernetes.access.ClientKey;
import io.luhproc.kubernetes.access.ClusterAccess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The connections to one API server. Thread-safe. */
final class HttpConnections {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final ClusterAccess access;
  private final Executor executor;
  private final Set<Runnable> cancellations = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;
  // Guarded by this, as is the next field.
  private @Nullable HttpClient current;
  private Optional<ClientKey> currentKey = Optional.empty();

  HttpConnections(ClusterAccess access, Executor executor) {
    this.access = access;
    this.executor = executor;
  }

  /** Returns the HTTP client for a key of the TLS client; another key gets another client. */
  private synchronized HttpClient client(Optional<ClientKey> key) {
    HttpClient client = current;
    if (client == null || !key.equals(currentKey)) {
      client = create(key);
      current = client;
      currentKey = key;
    }
    return client;
  }

  /**
   * Sends a request and waits for its response.
   *
   * @throws CancellationException if the connections are closed
   */
  <T> T send(HttpRequest request, Optional<ClientKey> key, BodyHandler<T> handler, Duration timeout)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<HttpResponse<T>> exchange = sendAsync(request, key, handler);
    Runnable cancellation = () -> cancel(exchange);
    cancellations.add(cancellation);
    try {
      if (closed) {
        throw new CancellationException("the connections are closed");
      }
      return exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS).body();
    } finally {
      cancellations.remove(cancellation);
      cancel(exchange);
    }
  }

  private <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, Optional<ClientKey> key, BodyHandler<T> handler) {
    try {
      if (!closed) {
        return client(key).sendAsync(request, handler);
      }
    } catch (RejectedExecutionException expected) {
      // The threads are closed after the connections.
    }
    throw new CancellationException("the connections are closed");
  }

  /** Does nothing if the exchange is done. */
  private static void cancel(CompletableFuture<?> exchange) {
    boolean ignored = exchange.cancel(true);
  }

  boolean isClosed() {
    return closed;
  }

  /** Ends all requests, because nothing runs their work any more. */
  void close() {
    closed = true;
    cancellations.forEach(Runnable::run);
  }

  private HttpClient create(Optional<ClientKey> key) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .executor(executor);
    if ("https".equals(access.server().getScheme())) {
      builder.sslContext(access.trust().context(key));
    }
    return builder.build();
  }
}
