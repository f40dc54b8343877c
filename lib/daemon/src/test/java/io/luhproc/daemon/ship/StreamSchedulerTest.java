package io.luhproc.daemon.ship;

import static io.luhproc.daemon.ship.VirtualShipping.CONFIG;
import static io.luhproc.daemon.ship.VirtualShipping.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.daemon.config.ShippingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When batches are sent, and what follows each response. */
class StreamSchedulerTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @TempDir Path folder;
  private VirtualShipping shipping;
  private StreamKey web;

  @BeforeEach
  void open() {
    open(CONFIG);
  }

  private void open(ShippingConfig config) {
    shipping = new VirtualShipping(folder, config);
    web = shipping.stream("web");
  }

  private void advanceSeconds(long seconds) {
    shipping.advance(Duration.ofSeconds(seconds));
  }

  @Test
  void fewLinesAreSentTogetherAfterBatchTime() {
    shipping.write(web, "one\n");
    advanceSeconds(2);
    shipping.write(web, "two\n");
    advanceSeconds(3);
    assertThat(shipping.requests).isEmpty();

    advanceSeconds(2);

    assertThat(shipping.messages()).containsExactly("one", "two");
    assertThat(shipping.sizes()).containsExactly(2);
    assertThat(shipping.stats().lines()).isEqualTo(2);
    assertThat(shipping.stats().lagBytes()).isZero();
  }

  @Test
  void manyLinesAreSentAtOnceInBatches() {
    shipping.writeLines(web, 1, 250);
    advanceSeconds(1);

    assertThat(shipping.messages()).isEqualTo(lines(1, 250));
    assertThat(shipping.sizes()).containsExactly(100, 100, 50);
  }

  @Test
  void nothingIsSentOrReadAgainWithoutChange() {
    shipping.writeLines(web, 1, 250);
    advanceSeconds(60);
    int requests = shipping.requests.size();
    advanceSeconds(3600);

    assertThat(shipping.requests).hasSize(requests);
  }

  @Test
  void deadEndpointForTenMinutesLosesNothingAndKeepsOrder() {
    shipping.endpoint = VirtualShipping.dead();
    StreamKey db = shipping.stream("db");
    for (int minute = 0; minute < 10; minute++) {
      shipping.writeLines(web, 1 + 300 * minute, 300 + 300 * minute);
      shipping.writeLines(db, 1 + 50 * minute, 50 + 50 * minute);
      advanceSeconds(60);
    }
    assertThat(shipping.confirmed).isEmpty();
    assertThat(shipping.requests).hasSizeBetween(10, 20);
    assertThat(shipping.stats().failure()).contains("java.io.IOException: connection refused");
    assertThat(shipping.stats().retries()).isEqualTo(shipping.requests.size());
    assertThat(shipping.stats().lagBytes()).isEqualTo(size(web) + size(db));

    shipping.endpoint = VirtualShipping.ok();
    advanceSeconds(61);

    assertThat(shipping.messages("web")).isEqualTo(lines(1, 3000));
    assertThat(shipping.messages("db")).isEqualTo(lines(1, 500));
    assertThat(shipping.stats().lagBytes()).isZero();
    assertThat(shipping.stats().failure()).isEmpty();
  }

  @Test
  void lagIsAgeOfOldestLineThatIsNotShipped() {
    shipping.writeLines(web, 1, 100);
    advanceSeconds(60);
    assertThat(shipping.stats().lag()).isZero();

    shipping.endpoint = VirtualShipping.dead();
    advanceSeconds(3600);
    assertThat(shipping.stats().lag()).isZero();
    shipping.write(web, "old\n");
    advanceSeconds(100);
    shipping.write(web, "new\n");
    advanceSeconds(200);
    assertThat(shipping.stats().lag()).isBetween(Duration.ofSeconds(298), Duration.ofSeconds(301));

    shipping.restart(VirtualShipping.CONFIG);
    advanceSeconds(30);
    // Without a time index, all lines have the time of the last write.
    assertThat(shipping.stats().lag()).isBetween(Duration.ofSeconds(228), Duration.ofSeconds(231));

    shipping.endpoint = VirtualShipping.ok();
    advanceSeconds(61);
    assertThat(shipping.stats().lag()).isZero();
  }

  @Test
  void lagOfBusyStreamIsThatOfItsNextLine() {
    for (int i = 0; i < 100; i++) {
      shipping.writeLines(web, 1, 10);
      advanceSeconds(1);
      assertThat(shipping.stats().lag()).isLessThan(Duration.ofSeconds(10));
    }
  }

  private static long size(StreamKey stream) {
    return FileState.of(stream.activeFile()).size();
  }

  @Test
  void backoffDoublesUpToOneMinuteAndStartsAgainAfterSuccess() {
    shipping.endpoint = VirtualShipping.status(500);
    shipping.writeLines(web, 1, 100);
    advanceSeconds(300);

    List<Long> pauses = new ArrayList<>();
    for (int i = 1; i < shipping.requests.size(); i++) {
      pauses.add(shipping.requests.get(i).minus(shipping.requests.get(i - 1)).toSeconds());
    }
    assertThat(pauses).startsWith(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);

    shipping.endpoint = VirtualShipping.ok();
    advanceSeconds(60);
    shipping.endpoint = VirtualShipping.status(503);
    shipping.requests.clear();
    shipping.writeLines(web, 101, 200);
    advanceSeconds(2);
    assertThat(shipping.requests).hasSize(2);
  }

  @Test
  void retryAfterInSecondsIsRespected() {
    shipping.endpoint = VirtualShipping.status(429, "120");
    shipping.writeLines(web, 1, 100);
    advanceSeconds(1);
    shipping.endpoint = VirtualShipping.ok();
    advanceSeconds(119);
    assertThat(shipping.requests).hasSize(1);

    advanceSeconds(1);

    assertThat(shipping.messages()).isEqualTo(lines(1, 100));
  }

  @Test
  void retryAfterWithDateIsRespected() {
    shipping.endpoint = VirtualShipping.status(503, "Thu, 1 Jan 2026 00:10:00 GMT");
    shipping.writeLines(web, 1, 100);
    advanceSeconds(1);
    shipping.endpoint = VirtualShipping.ok();
    advanceSeconds(598);
    assertThat(shipping.requests).hasSize(1);

    advanceSeconds(1);

    assertThat(shipping.requests.get(1)).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void onlyOneStreamTriesWhileEndpointFails() {
    shipping.endpoint = VirtualShipping.dead();
    for (int i = 0; i < 20; i++) {
      shipping.writeLines(shipping.stream("s" + i), 1, 100);
    }
    advanceSeconds(1);
    int first = shipping.requests.size();
    advanceSeconds(29);

    assertThat(first).isLessThanOrEqualTo(8);
    assertThat(shipping.requests.size() - first).isLessThanOrEqualTo(5);
  }

  @Test
  void atMostEightBatchesAreOnTheirWayAndOneOfEachStream() {
    List<CompletableFuture<Endpoint.Response>> pending = new ArrayList<>();
    shipping.endpoint =
        body -> {
          pending.add(new CompletableFuture<>());
          return pending.get(pending.size() - 1);
        };
    for (int i = 0; i < 20; i++) {
      shipping.writeLines(shipping.stream("s" + i), 1, 300);
    }
    advanceSeconds(20);
    assertThat(pending).hasSize(8);

    while (pending.stream().anyMatch(it -> !it.isDone())) {
      List.copyOf(pending)
          .forEach(it -> it.complete(new Endpoint.Response(200, Optional.empty(), "")));
      shipping.runTasks();
    }

    for (int i = 0; i < 20; i++) {
      assertThat(shipping.messages("s" + i)).isEqualTo(lines(1, 300));
    }
  }

  @Test
  void refusedBatchIsSentAgainEachMinuteAndOtherStreamsGoOn() {
    StreamKey db = shipping.stream("db");
    shipping.endpoint =
        body ->
            (ShippedEvents.messages(body).contains("bad")
                    ? VirtualShipping.status(400)
                    : VirtualShipping.ok())
                .send(body);
    shipping.write(web, "bad\n");
    shipping.write(db, "good\n");
    advanceSeconds(10);
    assertThat(shipping.messages()).containsExactly("good");
    assertThat(shipping.requests).hasSize(2);
    advanceSeconds(120);
    assertThat(shipping.requests).hasSize(4);
    assertThat(shipping.stats().failure()).contains("HTTP status 400");

    shipping.endpoint = VirtualShipping.ok();
    advanceSeconds(61);

    assertThat(shipping.messages()).containsExactly("good", "bad");
    assertThat(shipping.stats().droppedLines()).isZero();
  }

  @Test
  void refusedBatchIsDroppedAndCountedIfSoConfigured() {
    open(VirtualShipping.with(VirtualShipping.Changes::dropping));
    shipping.endpoint = VirtualShipping.status(401);
    shipping.writeLines(web, 1, 120);
    advanceSeconds(1);
    assertThat(shipping.stats().droppedLines()).isEqualTo(120);

    shipping.endpoint = VirtualShipping.ok();
    shipping.writeLines(web, 121, 220);
    advanceSeconds(1);

    assertThat(shipping.messages()).isEqualTo(lines(121, 220));
    assertThat(shipping.stats().lines()).isEqualTo(100);
  }

  @Test
  void tooLargeBatchIsSentInParts() {
    shipping.endpoint = VirtualShipping.limited(30);
    shipping.writeLines(web, 1, 200);
    advanceSeconds(1);

    assertThat(shipping.messages()).isEqualTo(lines(1, 200));
    assertThat(shipping.sizes()).allMatch(it -> it <= 30).hasSizeLessThan(12);
  }

  @Test
  void singleLineThatIsTooLargeCountsAsRefused() {
    open(VirtualShipping.with(VirtualShipping.Changes::dropping));
    shipping.endpoint =
        body ->
            (ShippedEvents.messages(body).stream().anyMatch(it -> it.length() > 1000)
                    ? VirtualShipping.status(413)
                    : VirtualShipping.ok())
                .send(body);
    shipping.writeLines(web, 1, 99);
    shipping.write(web, "x".repeat(2000) + "\n");
    shipping.writeLines(web, 100, 199);
    advanceSeconds(1);

    assertThat(shipping.messages()).isEqualTo(lines(1, 199));
    assertThat(shipping.stats().droppedLines()).isEqualTo(1);
  }

  @Test
  void restartContinuesAfterLastConfirmedBatch() {
    CompletableFuture<Endpoint.Response> never = new CompletableFuture<>();
    Endpoint once = shipping.endpoint;
    shipping.endpoint = body -> shipping.requests.size() > 2 ? never : once.send(body);
    shipping.writeLines(web, 1, 350);
    advanceSeconds(1);
    assertThat(shipping.sizes()).containsExactly(100, 100);

    shipping.endpoint = once;
    shipping.restart(CONFIG);
    advanceSeconds(6);

    assertThat(shipping.messages()).isEqualTo(lines(1, 350));
  }

  @Test
  void failedResponseAfterDeliveryRepeatsLinesInOrder() {
    shipping.endpoint =
        body -> {
          shipping.confirmed.add(body);
          return VirtualShipping.dead().send(body);
        };
    shipping.writeLines(web, 1, 150);
    advanceSeconds(1);
    shipping.endpoint = VirtualShipping.ok();
    advanceSeconds(10);

    List<String> messages = shipping.messages();
    assertThat(messages).startsWith(lines(1, 100).toArray(String[]::new));
    assertThat(messages.stream().distinct()).containsExactlyElementsOf(lines(1, 150));
  }

  @Test
  void damagedCursorShipsFromOldestLine() throws IOException {
    shipping.writeLines(web, 1, 10);
    advanceSeconds(7);
    Path cursor = folder.resolve("shipping/web-dir.out");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cursor)))
        .isEqualTo("rw-------");
    Files.writeString(cursor, Files.readString(cursor).substring(5));

    shipping.restart(CONFIG);
    advanceSeconds(7);

    assertThat(shipping.messages()).hasSize(20);
  }

  @Test
  void fullDiskDelaysOnlyTheCursorUntilThereIsSpace() throws IOException {
    shipping.writeLines(web, 1, 100);
    advanceSeconds(2);
    Path cursor = folder.resolve("shipping/web-dir.out");
    String before = Files.readString(cursor);
    // Blocks the file that is renamed to the cursor.
    Path obstacle = Files.createDirectories(folder.resolve("shipping/.web-dir.out.new/x"));

    shipping.writeLines(web, 101, 300);
    advanceSeconds(2);
    assertThat(shipping.messages()).isEqualTo(lines(1, 300));
    assertThat(shipping.stats().failure()).contains("cannot save a cursor");
    assertThat(cursor).hasContent(before);
    shipping.restart(CONFIG);
    advanceSeconds(2);
    assertThat(shipping.messages()).hasSize(500).endsWith(lines(101, 300).toArray(String[]::new));

    Files.delete(obstacle);
    advanceSeconds(2);
    shipping.restart(CONFIG);
    advanceSeconds(10);
    assertThat(shipping.messages()).hasSize(500);
    assertThat(shipping.stats().failure()).isEmpty();
  }

  @Test
  void folderOfCursorsThatCannotBeCreatedIsRefusedWithRemedy() throws IOException {
    Path file = Files.createFile(folder.resolve("full"));
    assertThatThrownBy(() -> CursorStore.open(file))
        .hasMessageStartingWith("cannot create the folder of cursors " + file + "/shipping: ")
        .hasMessageEndingWith("; check that its disk is not full and not read-only");
  }

  @Test
  void positionIsSavedBeforeFirstBatchIsConfirmed() {
    shipping.endpoint = VirtualShipping.dead();
    shipping.writeLines(web, 1, 100);
    advanceSeconds(1);

    assertThat(folder.resolve("shipping/web-dir.out")).exists();
  }

  @Test
  void incompleteLineIsSentOnceItDoesNotGrow() {
    shipping.write(web, "half");
    advanceSeconds(4);
    shipping.write(web, " a line");
    advanceSeconds(10);
    shipping.write(web, "\nnext\n");
    advanceSeconds(10);

    assertThat(shipping.messages()).containsExactly("half a line", "next");
  }

  @Test
  void removedStreamWithUnsentLinesIsCountedAsLost() {
    shipping.endpoint = VirtualShipping.dead();
    shipping.writeLines(web, 1, 100);
    long size = size(web);
    advanceSeconds(10);
    shipping.remove(web);
    advanceSeconds(60);

    assertThat(shipping.stats().lostBytes()).isEqualTo(size);
    assertThat(shipping.stats().lagBytes()).isZero();
    shipping.endpoint = VirtualShipping.ok();
    StreamKey other = shipping.stream("other");
    shipping.write(other, "x\n");
    advanceSeconds(60);
    assertThat(shipping.messages()).containsExactly("x");
  }

  @Test
  void removedStreamThatIsShippedHasLostNothingAndNoCursor() {
    shipping.writeLines(web, 1, 100);
    advanceSeconds(2);
    assertThat(folder.resolve("shipping/web-dir.out")).exists();
    shipping.remove(web);
    advanceSeconds(2);

    assertThat(folder.resolve("shipping/web-dir.out")).doesNotExist();
    assertThat(shipping.stats().lostBytes()).isZero();
  }

  @Test
  void unreadableLogDoesNotStopOthers() throws IOException {
    StreamKey bad = shipping.stream("bad");
    Files.createDirectory(bad.activeFile());
    shipping.writeLines(web, 1, 200);
    advanceSeconds(120);

    assertThat(shipping.messages()).isEqualTo(lines(1, 200));
  }

  @Test
  void flushSendsIncompleteLineAtOnce() {
    shipping.write(web, "one\nlast words");
    CompletableFuture<Boolean> done = shipping.scheduler.flush(it -> true, false);
    shipping.runTasks();

    assertThat(done).isCompletedWithValue(true);
    assertThat(shipping.messages()).containsExactly("one", "last words");
  }

  @Test
  void flushDuringRequestShipsEventThatWasUnfinished() {
    open(VirtualShipping.with(VirtualShipping.Changes::multiline));
    List<CompletableFuture<Endpoint.Response>> pending = new ArrayList<>();
    shipping.endpoint =
        body -> {
          pending.add(new CompletableFuture<>());
          return pending.get(pending.size() - 1);
        };
    shipping.write(web, "one\nError: last\n\tat " + "x".repeat(9000) + "\n");
    advanceSeconds(1);
    CompletableFuture<Boolean> done = shipping.scheduler.flush(it -> true, true);

    for (int i = 0; i < 3; i++) {
      pending.forEach(it -> it.complete(new Endpoint.Response(200, Optional.empty(), "")));
      shipping.runTasks();
    }

    assertThat(done).isCompletedWithValue(true);
    assertThat(shipping.messages()).hasSize(2).last().asString().startsWith("Error: last\n");
  }

  @Test
  void endpointThatThrowsDoesNotStopOthers() {
    StreamKey db = shipping.stream("db");
    shipping.endpoint =
        body -> {
          if (ShippedEvents.messages(body).contains("bad")) {
            throw new IllegalArgumentException("broken");
          }
          return VirtualShipping.ok().send(body);
        };
    shipping.write(web, "bad\n");
    shipping.write(db, "good\n");
    advanceSeconds(10);
    assertThat(shipping.messages()).containsExactly("good");

    shipping.endpoint = VirtualShipping.ok();
    advanceSeconds(61);
    assertThat(shipping.messages()).containsExactly("good", "bad");
  }

  @Test
  void flushDuringBackoffTriesAtOnce() {
    shipping.endpoint = VirtualShipping.status(503, "3000");
    shipping.writeLines(web, 1, 100);
    advanceSeconds(1);
    shipping.endpoint = VirtualShipping.ok();

    CompletableFuture<Boolean> done = shipping.scheduler.flush(it -> true, true);
    shipping.runTasks();

    assertThat(done).isCompletedWithValue(true);
    assertThat(shipping.messages()).isEqualTo(lines(1, 100));
  }

  @Test
  void lastFlushEndsAtFirstFailureAndNextStartShipsRest() {
    shipping.endpoint = VirtualShipping.dead();
    shipping.writeLines(web, 1, 100);
    CompletableFuture<Boolean> done = shipping.scheduler.flush(it -> true, true);
    shipping.runTasks();
    assertThat(done).isCompletedWithValue(false);

    shipping.endpoint = VirtualShipping.ok();
    shipping.restart(CONFIG);
    shipping.advance(SECOND);
    assertThat(shipping.messages()).isEqualTo(lines(1, 100));
  }

  @Test
  void otlpPartialSuccessIsCountedAsDropped() {
    open(VirtualShipping.with(VirtualShipping.Changes::otlp));
    shipping.endpoint =
        body ->
            CompletableFuture.completedFuture(
                new Endpoint.Response(
                    200, Optional.empty(), "{\"partialSuccess\":{\"rejectedLogRecords\":\"3\"}}"));
    shipping.writeLines(web, 1, 100);
    advanceSeconds(1);

    assertThat(shipping.stats().lines()).isEqualTo(97);
    assertThat(shipping.stats().droppedLines()).isEqualTo(3);
    assertThat(shipping.requests).hasSize(1);
  }
}
