package io.luhproc.log;

import static io.luhproc.log.rotate.TempLogDirectory.numberedLines;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.file.LogStreamReader;
import io.luhproc.log.file.TimeIndex;
import io.luhproc.log.rotate.LogMaintainer;
import io.luhproc.log.rotate.TempLogDirectory;
import io.luhproc.posix.Posix;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.NamedPipes;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Delivery of lines to listeners, and the end of subscriptions. */
@ExtendWith(LeakCheck.class)
final class LogSubscriptionTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final LogPolicy SMALL =
      LogPolicy.defaults().withMaxBytes(4096).withMaxBackups(1000);

  private final RecordingListener received = new RecordingListener();
  private TempLogDirectory directory;

  @BeforeEach
  void createDirectory() throws IOException {
    directory = TempLogDirectory.createOnDisk();
  }

  @AfterEach
  void deleteDirectory() throws IOException {
    if (Files.exists(directory.path())) {
      directory.close();
    }
  }

  /** Follows with another delay before an incomplete last line is delivered. */
  private LogSubscription followWithDelay(Duration delay) {
    return directory
        .log()
        .follow(
            StartPosition.lastCompleteLines(0),
            received,
            new LogTailer.IdleDelay(TimeSource.system(), delay));
  }

  @Test
  void linesAfterPositionOfEachStreamAreDelivered() throws Exception {
    directory.write("out 1\n");
    directory.write(LogStream.ERR, new byte[] {'e', '\n'});
    LogPosition position = directory.log().both().endPosition();
    directory.write("out 2\n");
    try (LogSubscription subscription = directory.log().both().followFrom(position, received)) {
      assertThat(subscription.startPosition()).isEqualTo(position);
      assertThat(received.next()).isEqualTo("out 2");
      directory.write(LogStream.ERR, new byte[] {'f', '\n'});
      assertThat(received.next()).isEqualTo("f");
      directory.write("out 3\n");
      assertThat(received.next()).isEqualTo("out 3");
    }
    assertThat(received.texts).isEmpty();
  }

  @Test
  void incompleteLastLineIsDeliveredOnceAfterPause() throws Exception {
    try (LogSubscription subscription = followWithDelay(Duration.ofMillis(1))) {
      assertThat(subscription).isNotNull();
      directory.write("starting\nfatal: no license");
      assertThat(received.next(2)).containsExactly("starting", "fatal: no license");
      directory.write("\nstarting\n");
      assertThat(received.next()).isEqualTo("starting");
      directory.write("password: ");
      assertThat(received.next()).isEqualTo("password: ");
      directory.write("accepted\n\nlast\n");
      assertThat(received.next(3)).containsExactly("accepted", "", "last");
    }
    assertThat(received.texts).isEmpty();
  }

  @Test
  void incompleteLastLineOfOneStreamIsDeliveredWhileOtherStreamGrows() throws Exception {
    directory.write("");
    try (LogSubscription subscription =
        directory
            .log()
            .both()
            .follow(
                StartPosition.lastCompleteLines(0),
                received,
                new LogTailer.IdleDelay(TimeSource.system(), Duration.ofMillis(1)))) {
      assertThat(subscription).isNotNull();
      directory.write("prompt: ");
      List<String> seen = new ArrayList<>();
      while (!seen.contains("prompt: ")) {
        directory.write(LogStream.ERR, new byte[] {'e', '\n'});
        seen.add(received.next());
      }
      assertThat(seen).doesNotContain("null");
    }
  }

  @Test
  void progressIsDeliveredAtCarriageReturns() throws Exception {
    try (LogSubscription subscription = directory.log().splitAtCarriageReturn().follow(received)) {
      assertThat(subscription).isNotNull();
      directory.write("\r10 %\r20 %\r");
      assertThat(received.next(2)).containsExactly("10 %", "20 %");
      directory.write("\ndone\r");
      assertThat(received.next()).isEqualTo("done");
      directory.write("\nnext\n");
      assertThat(received.next()).isEqualTo("next");
    }
    assertThat(received.texts).isEmpty();
  }

  @Test
  void onlyLinesWrittenAfterFollowAreDelivered() throws Exception {
    directory.write("old\n");
    try (LogSubscription subscription = followWithDelay(Duration.ofDays(1))) {
      assertThat(subscription).isNotNull();
      directory.write("new\nunfin");
      assertThat(received.next()).isEqualTo("new");
      directory.write("ished\n");
      assertThat(received.next()).isEqualTo("unfinished");
    }
  }

  @Test
  void lineIncompleteAtStartIsDeliveredWhole() throws Exception {
    directory.write("old\nhalf ");
    try (LogSubscription subscription = followWithDelay(Duration.ofDays(1))) {
      assertThat(subscription).isNotNull();
      directory.write("and half\n");
      assertThat(received.next()).isEqualTo("half and half");
    }
  }

  @Test
  void linesAreDeliveredWhenFileIsCreatedAfterFollow() throws Exception {
    try (LogSubscription subscription = directory.log().both().follow(received)) {
      assertThat(subscription).isNotNull();
      directory.write("out\n");
      assertThat(received.next()).isEqualTo("out");
      directory.write(LogStream.ERR, new byte[] {'e', '\n'});
      assertThat(received.next()).isEqualTo("e");
    }
  }

  @Test
  void followFromTailDeliversLastLinesFirst() throws Exception {
    directory.writeNumberedLines(1, 10);
    try (LogSubscription subscription = directory.log().followFromTail(2, received)) {
      assertThat(subscription).isNotNull();
      directory.writeNumberedLines(11, 11);
      assertThat(received.next(3)).isEqualTo(numberedLines(9, 11));
    }
  }

  @Test
  void everyLineIsDeliveredOnceAcrossRotations() throws Exception {
    int rounds = 200;
    try (LogSubscription subscription = directory.log().followSince(Instant.EPOCH, received);
        LogMaintainer maintainer =
            directory.maintainer(SMALL.withGzip(true), TimeSource.system(), Posix.lazy())) {
      assertThat(subscription).isNotNull();
      for (int i = 0; i < rounds; i++) {
        directory.writeNumberedLines(i * 100 + 1, i * 100 + 100);
        maintainer.tick();
      }
      assertThat(received.next(rounds * 100)).isEqualTo(numberedLines(1, rounds * 100));
    }
    assertThat(received.texts).isEmpty();
  }

  @Test
  void deliveryContinuesWhenListenerThrows() throws Exception {
    LogListener throwing =
        line -> {
          received.onLine(line);
          throw new IllegalStateException("on purpose");
        };
    try (LogSubscription subscription = directory.log().follow(throwing)) {
      assertThat(subscription).isNotNull();
      directory.write("one\n");
      assertThat(received.next()).isEqualTo("one");
      directory.write("two\n");
      assertThat(received.next()).isEqualTo("two");
    }
  }

  @Test
  void subscriptionEndsAfterLastLinesWhenDirectoryIsDeleted() throws Exception {
    directory.write("");
    CountDownLatch release = new CountDownLatch(1);
    LogListener slow =
        new LogListener() {
          @Override
          public void onLine(LogLine line) {
            received.onLine(line);
            awaitUninterruptibly(release);
          }

          @Override
          public void onEnd() {
            received.onEnd();
          }
        };
    try (LogSubscription subscription = directory.log().follow(slow)) {
      assertThat(subscription).isNotNull();
      directory.write("first\n");
      assertThat(received.next()).isEqualTo("first");
      directory.write("last\nunfinished");
      directory.close();
      release.countDown();
      assertThat(received.next(2)).containsExactly("last", "unfinished");
      assertThat(received.awaitEnd()).isTrue();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void subscriptionEndsWhenDirectoryIsRecreated() throws Exception {
    Path moved = directory.path().resolveSibling("aside-" + directory.path().getFileName());
    directory.write("of this process\n");
    try (LogSubscription subscription = directory.log().follow(received)) {
      assertThat(subscription).isNotNull();
      Files.move(directory.path(), moved);
      Files.createDirectory(directory.path());
      directory.write("of another process\n");
      assertThat(received.awaitEnd()).isTrue();
      assertThat(received.texts).isEmpty();
    } finally {
      Files.deleteIfExists(moved.resolve("out.log"));
      Files.delete(moved);
    }
  }

  @Test
  void everyLineIsDeliveredWhenDirectoryIsCreatedAfterFollow() throws Exception {
    directory.close();
    try (LogSubscription subscription = directory.log().follow(received)) {
      assertThat(subscription).isNotNull();
      Files.createDirectory(directory.path());
      directory.write("first\n");
      assertThat(received.next()).isEqualTo("first");
      directory.close();
      assertThat(received.awaitEnd()).isTrue();
    }
  }

  @Test
  void deliveryContinuesWhenFileIsReplacedOrTruncated() throws Exception {
    directory.write("old old old\n");
    try (LogSubscription subscription = directory.log().follow(received)) {
      assertThat(subscription).isNotNull();
      Path other = directory.path().resolve("other");
      Files.writeString(other, "replaced\n");
      Files.move(other, directory.files().activeFile(), StandardCopyOption.ATOMIC_MOVE);
      assertThat(received.next()).isEqualTo("replaced");
      Files.writeString(directory.files().activeFile(), "empty\n");
      assertThat(received.next()).isEqualTo("empty");
      // Longer than before the truncation.
      Files.writeString(directory.files().activeFile(), "first of many\nsecond of many\n");
      assertThat(received.next(2)).containsExactly("first of many", "second of many");
    }
    assertThat(received.texts).isEmpty();
  }

  @Test
  void logTruncatedAfterRotationIsFollowedWithoutMaintainer() throws Exception {
    directory.writeNumberedLines(1, 300);
    try (LogMaintainer maintainer =
        directory.maintainer(SMALL, TimeSource.system(), Posix.lazy())) {
      maintainer.tick();
    }
    Files.writeString(directory.files().activeFile(), "");
    try (LogSubscription subscription = directory.log().follow(received)) {
      assertThat(subscription).isNotNull();
      directory.write("after the truncation\n");
      assertThat(received.next()).isEqualTo("after the truncation");
    }
    assertThat(received.texts).isEmpty();
  }

  @Test
  void subscriptionClosesWhenFileIsReplacedByPipe() throws Exception {
    directory.write("old\n");
    try (LogSubscription subscription = directory.log().follow(received)) {
      assertThat(subscription).isNotNull();
      Files.delete(directory.files().activeFile());
      Path ignored = NamedPipes.create(directory.files().activeFile());
      directory.write(LogStream.ERR, new byte[] {'e', '\n'});
    }
    assertThat(received.texts).isEmpty();
  }

  @Test
  void noLineIsDeliveredAfterClose() throws Exception {
    LogSubscription subscription = directory.log().follow(received);
    directory.write("one\n");
    assertThat(received.next()).isEqualTo("one");
    subscription.close();
    subscription.close();
    directory.write("two\n");
    assertThat(received.texts.poll(300, TimeUnit.MILLISECONDS)).isNull();
    assertThat(received.ended.getCount()).isOne();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("luhproc-follow-"));
  }

  @Test
  void closeFromListenerEndsDelivery() throws Exception {
    CompletableFuture<LogSubscription> own = new CompletableFuture<>();
    LogListener selfClosing =
        line -> {
          own.join().close();
          received.onLine(line);
        };
    LogSubscription subscription = directory.log().follow(selfClosing);
    own.complete(subscription);
    directory.write("one\ntwo\n");
    assertThat(received.next()).isEqualTo("one");
    subscription.close();
    assertThat(received.texts).isEmpty();
  }

  @Test
  void linesAreReadWithoutWatcher() throws Exception {
    try (LogStreamReader reader = new LogStreamReader(directory.files());
        LineReader lines =
            new LineReader(LogStream.OUT, reader, new TimeIndex(List.of(), 0), false)) {
      assertThat(lines.next()).isNull();
      directory.write("one\n");
      assertThat(Deadline.after(TimeSource.system(), TIMEOUT).await(() -> isNext(lines, "one")))
          .isTrue();
    }
  }

  private static boolean isNext(LineReader lines, String text) {
    try {
      LogLine line = lines.next();
      return line != null && line.text().equals(text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Records lines and the end. */
  private static final class RecordingListener implements LogListener {
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void onLine(LogLine line) {
      texts.add(line.text());
    }

    @Override
    public void onEnd() {
      ended.countDown();
    }

    String next() throws InterruptedException {
      return String.valueOf(texts.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
    }

    List<String> next(int count) throws InterruptedException {
      List<String> next = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        next.add(next());
      }
      return next;
    }

    boolean awaitEnd() throws InterruptedException {
      return ended.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }
  }
}
