package io.luhproc.log;

import static io.luhproc.log.LogDirectory.numbers;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.posix.Posix;
import io.luhproc.testing.LeakCheck;
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

/** What a listener is given, and when that ends. */
@ExtendWith(LeakCheck.class)
final class FollowTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final LogPolicy SMALL = LogPolicy.defaults().withMaxBytes(4096).withMaxParts(1000);

  private final Received received = new Received();
  private LogDirectory directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = LogDirectory.onDisk();
  }

  @AfterEach
  void removeDirectory() throws IOException {
    if (Files.exists(directory.path())) {
      directory.close();
    }
  }

  @Test
  void onlyWhatIsWrittenFromNowOnIsGiven() throws Exception {
    directory.write("old\n");
    try (Follow follow = directory.log().follow(received)) {
      assertThat(follow).isNotNull();
      directory.write("new\nunfin");
      assertThat(received.next()).isEqualTo("new");
      directory.write("ished\n");
      assertThat(received.next()).isEqualTo("unfinished");
    }
  }

  @Test
  void aLineThatIsUnfinishedAtTheBeginningIsGivenWhole() throws Exception {
    directory.write("old\nhalf ");
    try (Follow follow = directory.log().follow(received)) {
      assertThat(follow).isNotNull();
      directory.write("and half\n");
      assertThat(received.next()).isEqualTo("half and half");
    }
  }

  @Test
  void aFileThatDoesNotExistYetIsWaitedFor() throws Exception {
    try (Follow follow = directory.log().both().follow(received)) {
      assertThat(follow).isNotNull();
      directory.write("out\n");
      assertThat(received.next()).isEqualTo("out");
      directory.write(LogStream.ERR, new byte[] {'e', '\n'});
      assertThat(received.next()).isEqualTo("e");
    }
  }

  @Test
  void theLastLinesComeFirstWhenAskedFor() throws Exception {
    directory.writeNumbers(1, 10);
    try (Follow follow = directory.log().followFromTail(2, received)) {
      assertThat(follow).isNotNull();
      directory.writeNumbers(11, 11);
      assertThat(received.next(3)).isEqualTo(numbers(9, 11));
    }
  }

  @Test
  void everyLineIsGivenOnceThroughRotations() throws Exception {
    int rounds = 200;
    try (Follow follow = directory.log().followSince(Instant.EPOCH, received);
        LogKeeper keeper =
            directory.keeper(SMALL.withGzip(true), TimeSource.system(), Posix.lazy())) {
      assertThat(follow).isNotNull();
      for (int i = 0; i < rounds; i++) {
        directory.writeNumbers(i * 100 + 1, i * 100 + 100);
        keeper.tick();
      }
      assertThat(received.next(rounds * 100)).isEqualTo(numbers(1, rounds * 100));
    }
    assertThat(received.texts).isEmpty();
  }

  @Test
  void whatAListenerThrowsEndsNothing() throws Exception {
    LogListener angry =
        line -> {
          received.line(line);
          throw new IllegalStateException("on purpose");
        };
    try (Follow follow = directory.log().follow(angry)) {
      assertThat(follow).isNotNull();
      directory.write("one\n");
      assertThat(received.next()).isEqualTo("one");
      directory.write("two\n");
      assertThat(received.next()).isEqualTo("two");
    }
  }

  @Test
  void aDirectoryThatVanishesEndsTheFollowAfterItsLastLines() throws Exception {
    directory.write("");
    CountDownLatch mayGoOn = new CountDownLatch(1);
    LogListener slow =
        new LogListener() {
          @Override
          public void line(LogLine line) {
            received.line(line);
            awaitUninterruptibly(mayGoOn);
          }

          @Override
          public void ended() {
            received.ended();
          }
        };
    try (Follow follow = directory.log().follow(slow)) {
      assertThat(follow).isNotNull();
      directory.write("first\n");
      assertThat(received.next()).isEqualTo("first");
      directory.write("last\nunfinished");
      directory.close();
      mayGoOn.countDown();
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
  void aDirectoryMadeAgainIsAnotherOne() throws Exception {
    Path aside = directory.path().resolveSibling("aside-" + directory.path().getFileName());
    directory.write("of this process\n");
    try (Follow follow = directory.log().follow(received)) {
      assertThat(follow).isNotNull();
      Files.move(directory.path(), aside);
      Files.createDirectory(directory.path());
      directory.write("of another process\n");
      assertThat(received.awaitEnd()).isTrue();
      assertThat(received.texts).isEmpty();
    } finally {
      Files.deleteIfExists(aside.resolve("out.log"));
      Files.delete(aside);
    }
  }

  @Test
  void aFollowOfNothingEndsAtOnce() throws Exception {
    ProcessLog none = ProcessLog.of(Path.of("/nowhere/at/all"), TimeSource.system());
    try (Follow follow = none.follow(received)) {
      assertThat(follow).isNotNull();
      assertThat(received.awaitEnd()).isTrue();
    }
  }

  @Test
  void aFileThatWasReplacedOrEmptiedIsFollowedOn() throws Exception {
    directory.write("old old old\n");
    try (Follow follow = directory.log().follow(received)) {
      assertThat(follow).isNotNull();
      Path other = directory.path().resolve("other");
      Files.writeString(other, "replaced\n");
      Files.move(other, directory.files().live(), StandardCopyOption.ATOMIC_MOVE);
      assertThat(received.next()).isEqualTo("replaced");
      Files.writeString(directory.files().live(), "empty\n");
      assertThat(received.next()).isEqualTo("empty");
    }
  }

  @Test
  void nothingIsGivenAfterClose() throws Exception {
    Follow follow = directory.log().follow(received);
    directory.write("one\n");
    assertThat(received.next()).isEqualTo("one");
    follow.close();
    follow.close();
    directory.write("two\n");
    assertThat(received.texts.poll(300, TimeUnit.MILLISECONDS)).isNull();
    assertThat(received.ended.getCount()).isOne();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("luhproc-follow-"));
  }

  @Test
  void aListenerMayCloseItsOwnFollow() throws Exception {
    CompletableFuture<Follow> own = new CompletableFuture<>();
    LogListener closing =
        line -> {
          own.join().close();
          received.line(line);
        };
    Follow follow = directory.log().follow(closing);
    own.complete(follow);
    directory.write("one\ntwo\n");
    assertThat(received.next()).isEqualTo("one");
    follow.close();
    assertThat(received.texts).isEmpty();
  }

  @Test
  void linesAreGivenThoughTheKernelTellsNothing() throws Exception {
    try (StreamReader reader = new StreamReader(directory.files());
        LineReader lines = new LineReader(reader, new TimeIndex(List.of(), 0))) {
      assertThat(lines.next()).isNull();
      directory.write("one\n");
      assertThat(Deadline.after(TimeSource.system(), PATIENCE).await(() -> isNext(lines, "one")))
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

  /** Remembers what it was given. */
  private static final class Received implements LogListener {
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void line(LogLine line) {
      texts.add(line.text());
    }

    @Override
    public void ended() {
      ended.countDown();
    }

    String next() throws InterruptedException {
      return String.valueOf(texts.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    List<String> next(int count) throws InterruptedException {
      List<String> next = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        next.add(next());
      }
      return next;
    }

    boolean awaitEnd() throws InterruptedException {
      return ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }
}
