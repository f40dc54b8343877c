package io.luhproc.daemon.ship;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luhproc.daemon.config.ShippingConfig;
import io.luhproc.daemon.file.CertificateFile;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Sends batches by HTTP/1.1 and TLS according to the URL. Follows no redirects. */
final class HttpEndpoint implements Endpoint {
  /** Time for a connection, a request and its response. */
  static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final int MAX_RESPONSE_BYTES = 64 << 10;

  private final HttpClient client;
  private final HttpRequest.Builder template;
  private final Duration timeout;

  /**
   * Creates an endpoint.
   *
   * @param executor runs the work of the client
   * @param timeout the time for a request and its whole response
   * @throws io.luhproc.LuhprocException if the trusted certificates cannot be used
   */
  HttpEndpoint(ShippingConfig config, Executor executor, Duration timeout) {
    this.timeout = timeout;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .executor(executor);
    config
        .trustedCertificates()
        .map(CertificateFile::contextTrusting)
        .ifPresent(builder::sslContext);
    client = builder.build();
    template =
        HttpRequest.newBuilder(config.url())
            .setHeader("Content-Type", BatchFormat.of(config.format()).contentType())
            .setHeader("Content-Encoding", "gzip");
    config.headers().forEach(template::setHeader);
  }

  @Override
  public CompletableFuture<Response> send(byte[] body) {
    HttpRequest request =
        template.copy().POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
    CompletableFuture<HttpResponse<String>> exchange =
        client.sendAsync(request, headers -> limitedBody());
    // The timeout of HttpRequest ends with the headers, so a body could take for ever.
    return exchange
        .copy()
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (response, failure) -> {
              if (failure != null) {
                exchange.cancel(true);
              }
            })
        .thenApply(
            it -> new Response(it.statusCode(), it.headers().firstValue("Retry-After"), it.body()));
  }

  /** Keeps the beginning of a body of any length. */
  private static BodySubscriber<String> limitedBody() {
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    return BodySubscribers.mapping(
        BodySubscribers.ofByteArrayConsumer(
            chunk ->
                chunk.ifPresent(
                    bytes ->
                        kept.write(
                            bytes, 0, Math.min(bytes.length, MAX_RESPONSE_BYTES - kept.size())))),
        done -> kept.toString(UTF_8));
  }
}
