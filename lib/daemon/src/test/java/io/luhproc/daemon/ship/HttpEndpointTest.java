package io.luhproc.daemon.ship;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.daemon.config.ShippingConfig;
import io.luhproc.log.LogStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests to a real server on loopback. */
class HttpEndpointTest {
  private static final byte[] BODY =
      BatchFormat.NDJSON.encode(
          new StreamKey("web", "p", Path.of("dir"), LogStream.ERR),
          List.of(new LogEvent(Instant.EPOCH, "hello", false)));

  private FakeEndpoint server;

  @BeforeEach
  void start() {
    server = FakeEndpoint.start(0);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Endpoint endpoint(Duration timeout) {
    ShippingConfig config =
        new ShippingConfig(
            URI.create(server.url()),
            ShippingConfig.Format.NDJSON,
            Map.of("Authorization", "Bearer x"),
            100,
            Duration.ofSeconds(5),
            List.of("*"),
            false,
            List.of(),
            ShippingConfig.Rejected.RETRY,
            Optional.empty());
    return new HttpEndpoint(config, Runnable::run, timeout);
  }

  private Endpoint.Response send() {
    CompletableFuture<Endpoint.Response> response = endpoint(Duration.ofSeconds(60)).send(BODY);
    return response.join();
  }

  @Test
  void requestHasGzippedLinesAndHeaders() {
    assertThat(send().status()).isEqualTo(204);

    FakeEndpoint.Request request = server.requests().get(0);
    assertThat(request.head())
        .startsWith("post /logs http/1.1")
        .contains(
            "content-encoding: gzip",
            "content-type: application/x-ndjson",
            "authorization: bearer x")
        .doesNotContain("upgrade");
    assertThat(ShippedEvents.unzip(request.body()))
        .isEqualTo(
            "{\"timestamp\":\"1970-01-01T00:00:00Z\",\"service\":\"web\",\"process\":\"p\","
                + "\"stream\":\"err\",\"message\":\"hello\"}\n");
  }

  @Test
  void statusRetryAfterAndBodyAreReturned() {
    server.reply(request -> "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 3\r\n\r\nabc");

    Endpoint.Response response = send();

    assertThat(response.status()).isEqualTo(429);
    assertThat(response.retryAfter()).contains("7");
    assertThat(response.body()).isEqualTo("abc");
  }

  @Test
  void redirectIsNotFollowed() {
    server.reply(
        request ->
            request.head().contains("/logs/elsewhere")
                ? FakeEndpoint.OK
                : "HTTP/1.1 307 Elsewhere\r\nLocation: "
                    + server.url()
                    + "/elsewhere\r\nContent-Length: 0\r\n\r\n");

    assertThat(send().status()).isEqualTo(307);
  }

  @Test
  void hangingServerIsFailureAfterTimeout() {
    server.reply(request -> server.hang());

    assertThatThrownBy(() -> endpoint(Duration.ofMillis(200)).send(BODY).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void bodyThatNeverEndsIsFailureAfterTimeout() {
    server.reply(request -> "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");

    assertThatThrownBy(() -> endpoint(Duration.ofMillis(200)).send(BODY).join())
        .hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void responseThatIsCutIsFailure() {
    server.reply(request -> "HTTP/1.1 200 OK\r\nX-Cut: 1\r\nContent-Length: 100\r\n\r\nabc");

    assertThatThrownBy(this::send).isInstanceOf(CompletionException.class);
  }

  @Test
  void connectionClosedWithoutResponseIsFailure() {
    server.reply(request -> "");

    assertThatThrownBy(this::send).isInstanceOf(CompletionException.class);
  }

  @Test
  void refusedConnectionIsFailure() {
    server.close();

    assertThatThrownBy(this::send).isInstanceOf(CompletionException.class);
  }

  @Test
  void onlyBeginningOfLongBodyIsKept() {
    server.reply(
        request -> "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(1_000_000));

    assertThat(send().body()).hasSize(64 << 10);
  }
}
