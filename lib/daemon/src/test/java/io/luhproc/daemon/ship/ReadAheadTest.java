package io.luhproc.daemon.ship;

import static io.luhproc.daemon.ship.VirtualShipping.CONFIG;
import static io.luhproc.daemon.ship.VirtualShipping.lines;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A batch that is read while the one before is on its way. */
class ReadAheadTest {
  // More than 256 KiB, so that batches are read ahead.
  private static final int MANY = 4_000;

  @TempDir Path folder;
  private VirtualShipping shipping;
  private StreamKey web;

  @BeforeEach
  void open() {
    shipping = new VirtualShipping(folder, CONFIG);
    web = shipping.stream("web");
  }

  @Test
  void batchesReadAheadAreSentInOrderAndFull() {
    shipping.endpoint = shipping.delayed(VirtualShipping.ok());
    shipping.writeLines(web, 1, MANY);
    shipping.advance(Duration.ofSeconds(2));

    assertThat(shipping.messages()).isEqualTo(lines(1, MANY));
    assertThat(shipping.sizes()).containsOnly(100);
    assertThat(shipping.stats().lines()).isEqualTo(MANY);
    shipping.advance(Duration.ofSeconds(2));
    assertThat(shipping.stats().lagBytes()).isZero();
  }

  @Test
  void batchReadAheadOfFailureIsNotSentInItsPlace() {
    shipping.endpoint = shipping.delayed(VirtualShipping.dead());
    shipping.writeLines(web, 1, MANY);
    shipping.advance(Duration.ofSeconds(2));
    assertThat(shipping.requests).hasSize(1);

    shipping.endpoint = shipping.delayed(VirtualShipping.ok());
    shipping.advance(Duration.ofSeconds(5));

    assertThat(shipping.messages()).isEqualTo(lines(1, MANY));
  }

  @Test
  void batchReadAheadOfTooLargeOneIsReadAgain() {
    shipping.endpoint = shipping.delayed(VirtualShipping.limited(30));
    shipping.writeLines(web, 1, MANY);
    shipping.advance(Duration.ofSeconds(2));

    assertThat(shipping.messages()).isEqualTo(lines(1, MANY));
    assertThat(shipping.sizes()).allMatch(it -> it <= 30);
  }

  @Test
  void batchReadAheadIsNotConfirmedByResponseToTheOneBefore() {
    CompletableFuture<Endpoint.Response> never = new CompletableFuture<>();
    Endpoint delayed = shipping.delayed(VirtualShipping.ok());
    shipping.endpoint = body -> shipping.requests.size() > 3 ? never : delayed.send(body);
    shipping.writeLines(web, 1, MANY);
    shipping.advance(Duration.ofSeconds(2));
    assertThat(shipping.sizes()).containsExactly(100, 100, 100);

    shipping.endpoint = VirtualShipping.ok();
    shipping.restart(CONFIG);
    shipping.advance(Duration.ofSeconds(6));

    assertThat(shipping.messages()).isEqualTo(lines(1, MANY));
  }

  @Test
  void lineThatIsNotConfirmedHasLagAlsoIfNextIsReadAhead() {
    shipping.endpoint = body -> new CompletableFuture<>();
    shipping.writeLines(web, 1, MANY);
    shipping.advance(Duration.ofSeconds(100));

    assertThat(shipping.stats().lag()).isGreaterThanOrEqualTo(Duration.ofSeconds(98));
    assertThat(shipping.stats().lagBytes()).isEqualTo(FileState.of(web.activeFile()).size());
  }
}
