package io.luhproc.kubernetes.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Collects a body of limited size. */
final class LimitedBody implements BodySubscriber<byte[]> {
  private final int maxBytes;
  private final boolean truncated;
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private @Nullable Subscription subscription;

  private LimitedBody(int maxBytes, boolean truncated) {
    this.maxBytes = maxBytes;
    this.truncated = truncated;
  }

  /** Fails if the body is larger. */
  static LimitedBody atMost(int maxBytes) {
    return new LimitedBody(maxBytes, false);
  }

  /** Keeps the beginning of the body, and reads no further. */
  static LimitedBody beginning(int maxBytes) {
    return new LimitedBody(maxBytes, true);
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    this.subscription = subscription;
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      byte[] bytes = new byte[Math.min(buffer.remaining(), maxBytes - collected.size())];
      buffer.get(bytes);
      collected.writeBytes(bytes);
      if (buffer.hasRemaining()) {
        exceed();
        return;
      }
    }
  }

  private void exceed() {
    if (subscription != null) {
      subscription.cancel();
    }
    if (truncated) {
      onComplete();
    } else {
      onError(new IOException("the response is larger than " + maxBytes + " bytes"));
    }
  }

  @Override
  public void onError(Throwable failure) {
    boolean ignored = body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    boolean ignored = body.complete(collected.toByteArray());
  }
}
