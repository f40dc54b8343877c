package io.luhproc.daemon.ship;

import static io.luhproc.daemon.ship.VirtualShipping.CONFIG;
import static io.luhproc.daemon.ship.VirtualShipping.lines;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What follows a response, and the limits of a batch. */
class EndpointResponseTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path folder;
  private VirtualShipping shipping;
  private StreamKey web;

  @BeforeEach
  void open() {
    shipping = new VirtualShipping(folder, CONFIG);
    web = shipping.stream("web");
  }

  @Test
  void requestTimeoutIsRetriedAfterBackoff() {
    shipping.endpoint = VirtualShipping.status(408);
    shipping.writeLines(web, 1, 100);
    shipping.advance(Duration.ofSeconds(9));

    assertThat(shipping.requests).hasSizeGreaterThan(2);
  }

  @Test
  void redirectShipsNothing() {
    shipping.endpoint = VirtualShipping.status(307);
    shipping.writeLines(web, 1, 100);
    shipping.advance(Duration.ofSeconds(9));
    assertThat(shipping.stats().lines()).isZero();
    assertThat(shipping.stats().failure()).contains("HTTP status 307");

    shipping.endpoint = VirtualShipping.ok();
    shipping.advance(Duration.ofSeconds(61));
    assertThat(shipping.messages()).isEqualTo(lines(1, 100));
  }

  @Test
  void retryAfterDoesNotShortenBackoff() {
    EndpointBackoff backoff = new EndpointBackoff(shipping, () -> 0);
    for (int i = 0; i < 4; i++) {
      backoff.recordFailure(shipping.nanoTime(), Optional.empty());
    }
    backoff.recordFailure(shipping.nanoTime(), Optional.of(SECOND));
    assertThat(backoff.remaining()).isEqualTo(Duration.ofSeconds(16));

    backoff.recordFailure(shipping.nanoTime(), Optional.of(Duration.ofSeconds(100)));
    assertThat(backoff.remaining()).isEqualTo(Duration.ofSeconds(100));
  }

  @Test
  void oneStreamTriesAtTimeAfterTheFirstFailure() {
    shipping.endpoint = VirtualShipping.dead();
    for (int i = 0; i < 20; i++) {
      shipping.writeLines(shipping.stream("s" + i), 1, 100);
    }
    shipping.advance(Duration.ofMillis(1_500));
    int first = shipping.requests.size();
    shipping.advance(Duration.ofMinutes(10));

    // Each at a time of its own.
    assertThat(shipping.requests.subList(first, shipping.requests.size()))
        .hasSizeGreaterThan(3)
        .doesNotHaveDuplicates();
  }

  @Test
  void batchesAreFullAgainAfterOneThatWasTooLarge() {
    shipping.endpoint = VirtualShipping.limited(30);
    shipping.writeLines(web, 1, 100);
    shipping.advance(SECOND);

    shipping.endpoint = VirtualShipping.ok();
    shipping.writeLines(web, 101, 600);
    shipping.advance(SECOND);

    assertThat(shipping.messages()).isEqualTo(lines(1, 600));
    assertThat(shipping.sizes()).contains(100);
  }

  @Test
  void batchOfLongLinesIsSmaller() {
    shipping.write(web, ("x".repeat(60_000) + "\n").repeat(100));
    shipping.advance(SECOND);

    assertThat(shipping.messages()).hasSize(100);
    assertThat(shipping.sizes()).allMatch(it -> it <= 18);
  }

  @Test
  void streamsWithBacklogLetOthersGoFirst() {
    for (int i = 0; i < 8; i++) {
      shipping.writeLines(shipping.stream("s" + i), 1, 10_000);
    }
    StreamKey last = shipping.stream("last");
    shipping.writeLines(last, 1, 100);
    shipping.advance(SECOND);

    assertThat(shipping.messages("last")).hasSize(100);
    long before =
        shipping.confirmed.stream()
            .takeWhile(it -> !ShippedEvents.parse(it).get(0).containsValue("last"))
            .count();
    assertThat(before).isLessThanOrEqualTo(8 * 64);
  }

  @Test
  void cursorOfDeletedProcessIsDeletedAtStart() throws IOException {
    shipping.writeLines(web, 1, 100);
    shipping.advance(SECOND);
    Path orphan = Files.writeString(folder.resolve("shipping/gone-dir.out"), "x");

    CursorStore ignored = CursorStore.open(folder);

    assertThat(orphan).doesNotExist();
    assertThat(folder.resolve("shipping/web-dir.out")).exists();
  }
}
