package io.luhproc.kubernetes.client;

import io.luhproc.kubernetes.access.ClientKey;
import io.luhproc.kubernetes.access.ClusterAccess;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The connections to one API server. Thread-safe. */
final class HttpConnections {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final ClusterAccess access;
  private final Executor executor;
  // Guarded by this, as is the next field.
  private @Nullable HttpClient current;
  private Optional<ClientKey> currentKey = Optional.empty();

  HttpConnections(ClusterAccess access, Executor executor) {
    this.access = access;
    this.executor = executor;
  }

  /** Returns the HTTP client for a key of the TLS client; another key gets another client. */
  synchronized HttpClient client(Optional<ClientKey> key) {
    HttpClient client = current;
    if (client == null || !key.equals(currentKey)) {
      client = create(key);
      current = client;
      currentKey = key;
    }
    return client;
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
