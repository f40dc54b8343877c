package io.luhproc.daemon.ship;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Receives batches. */
@FunctionalInterface
interface Endpoint {
  /**
   * Sends a batch.
   *
   * @param body the gzipped body of the request
   * @return completes in bounded time with the response; fails if there is none
   */
  CompletableFuture<Response> send(byte[] body);

  /**
   * A response.
   *
   * @param status the HTTP status
   * @param retryAfter the header {@code Retry-After}
   * @param body the first 64 KiB of the body
   */
  record Response(int status, Optional<String> retryAfter, String body) {}
}
