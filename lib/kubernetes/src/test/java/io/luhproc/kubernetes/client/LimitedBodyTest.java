package io.luhproc.kubernetes.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LimitedBodyTest {
  private final AtomicBoolean cancelled = new AtomicBoolean();

  private CompletableFuture<byte[]> receive(LimitedBody body, String... chunks) {
    body.onSubscribe(
        new Subscription() {
          @Override
          public void request(long n) {}

          @Override
          public void cancel() {
            cancelled.set(true);
          }
        });
    for (String chunk : chunks) {
      body.onNext(List.of(ByteBuffer.wrap(chunk.getBytes(US_ASCII))));
    }
    body.onComplete();
    return body.getBody().toCompletableFuture();
  }

  @Test
  void bodyWithinLimitIsComplete() {
    assertThat(receive(LimitedBody.atMost(6), "abc", "def").join()).asString().isEqualTo("abcdef");
    assertThat(cancelled).isFalse();
  }

  @Test
  void largerBodyFails() {
    assertThat(receive(LimitedBody.atMost(5), "abc", "def", "ghi"))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("the response is larger than 5 bytes");
    assertThat(cancelled).isTrue();
  }

  @Test
  void beginningOfLargerBodyIsKept() {
    assertThat(receive(LimitedBody.beginning(5), "abc", "def", "ghi").join())
        .asString()
        .isEqualTo("abcde");
    assertThat(cancelled).isTrue();
  }
}
