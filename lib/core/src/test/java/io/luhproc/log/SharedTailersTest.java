package io.luhproc.log;

import static io.luhproc.log.rotate.TempLogDirectory.numberedLines;
import static io.luhproc.log.rotate.TempLogDirectory.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.log.rotate.LogMaintainer;
import io.luhproc.log.rotate.TempLogDirectory;
import io.luhproc.posix.Posix;
import io.luhproc.testing.LeakCheck;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Followers of one log that share its reader. */
@ExtendWith(LeakCheck.class)
final class SharedTailersTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final LogPolicy SMALL =
      LogPolicy.defaults().withMaxBytes(4096).withMaxBackups(1000);

  private final SharedTailers tailers = new SharedTailers();
  private TempLogDirectory directory;

  @BeforeEach
  void createDirectory() throws IOException {
    directory = TempLogDirectory.createOnDisk();
  }

  @AfterEach
  void deleteDirectory() throws IOException {
    tailers.close();
    if (Files.exists(directory.path())) {
      directory.close();
    }
  }

  /** A follower that waits for lines. */
  private static final class Reading implements AutoCloseable {
    private final Semaphore signals = new Semaphore(0);
    private final LogFollower follower;

    Reading(SharedTailers tailers, ProcessLog log, Function<ProcessLog, LogPosition> start) {
      follower = tailers.follow(log, start, signals::release);
    }

    List<String> next(int count) throws InterruptedException {
      List<String> lines = new ArrayList<>();
      while (lines.size() < count) {
        List<String> next = texts(follower.next());
        lines.addAll(next);
        if (next.isEmpty()) {
          assertThat(signals.tryAcquire(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
      }
      return lines;
    }

    @Override
    public void close() {
      follower.close();
    }
  }

  private Reading follow(int lines) {
    return new Reading(tailers, directory.log(), log -> log.tailPosition(lines));
  }

  private static List<String> tailerThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("luhproc-follow-"))
        .toList();
  }

  @Test
  void hundredFollowersShareOneThreadThatEndsWithTheLast() throws Exception {
    List<Reading> readings = new ArrayList<>();
    directory.writeNumberedLines(1, 10);
    for (int i = 0; i < 100; i++) {
      readings.add(follow(2));
    }
    assertThat(tailerThreads()).hasSize(1);

    directory.writeNumberedLines(11, 12);

    for (Reading reading : readings) {
      assertThat(reading.next(4)).isEqualTo(numberedLines(9, 12));
      reading.close();
    }
    assertThat(tailerThreads()).isEmpty();
  }

  @Test
  void eachFollowerReceivesEachLineOnceWheneverItBegins() throws Exception {
    int rounds = 100;
    List<Reading> readings = new ArrayList<>();
    try (LogMaintainer maintainer =
        directory.maintainer(SMALL.withGzip(true), TimeSource.system(), Posix.lazy())) {
      CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(rounds, maintainer));
      while (readings.size() < 20) {
        readings.add(new Reading(tailers, directory.log(), log -> LogPosition.START));
      }
      writer.join();
      for (Reading reading : readings) {
        assertThat(reading.next(rounds * 100)).isEqualTo(numberedLines(1, rounds * 100));
        assertThat(reading.follower.lostBytes()).isZero();
        reading.close();
      }
    }
  }

  private void write(int rounds, LogMaintainer maintainer) {
    try {
      for (int i = 0; i < rounds; i++) {
        directory.writeNumberedLines(i * 100 + 1, i * 100 + 100);
        maintainer.tick();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void slowFollowerReadsFromFilesWhatIsNoLongerInMemory() throws Exception {
    try (Reading slow = follow(0);
        Reading fast = follow(0)) {
      directory.writeNumberedLines(1, 1);
      assertThat(slow.next(1)).hasSize(1);
      directory.writeNumberedLines(2, 50_000);
      assertThat(fast.next(50_000)).isEqualTo(numberedLines(1, 50_000));

      assertThat(slow.next(49_999)).isEqualTo(numberedLines(2, 50_000));
    }
  }

  @Test
  void linesDeletedBeforeSlowFollowerReadsThemAreCounted() throws Exception {
    try (Reading slow = follow(0);
        Reading fast = follow(0);
        LogMaintainer maintainer =
            directory.maintainer(SMALL.withMaxBackups(1), TimeSource.system(), Posix.lazy())) {
      directory.writeNumberedLines(1, 50_000);
      assertThat(fast.next(50_000)).hasSize(50_000);
      maintainer.tick();
      directory.writeNumberedLines(50_001, 50_300);
      maintainer.tick();
      assertThat(fast.next(300)).hasSize(300);

      List<String> rest = slow.next(1);

      String last = rest.get(rest.size() - 1);
      while (!last.equals("line 50300 of many")) {
        rest = slow.next(1);
        last = rest.get(rest.size() - 1);
      }
      assertThat(slow.follower.lostBytes()).isGreaterThan(100_000);
    }
  }

  @Test
  void slowFollowerReadsAllThatIsOnDiskAfterTruncation() throws Exception {
    try (Reading slow = follow(0);
        Reading fast = follow(0);
        LogMaintainer maintainer =
            directory.maintainer(LogPolicy.defaults(), TimeSource.system(), Posix.lazy())) {
      directory.writeNumberedLines(1, 1);
      assertThat(slow.next(1)).hasSize(1);
      directory.writeNumberedLines(2, 50_000);
      maintainer.tick();
      assertThat(fast.next(50_000)).hasSize(50_000);
      long written = fast.follower.position().out();
      Files.writeString(directory.files().activeFile(), "anew\n");
      maintainer.tick();
      directory.write("more\n");
      assertThat(fast.next(2)).containsExactly("anew", "more");

      assertThat(slow.next(2)).containsExactly("anew", "more");
      assertThat(slow.follower.position()).isEqualTo(fast.follower.position());
      assertThat(slow.follower.lostBytes()).isEqualTo(written - "line 1 of many\n".length());
      directory.write("last\n");
      assertThat(slow.next(1)).containsExactly("last");
    }
  }

  @Test
  void slowFollowerContinuesAfterTruncationThatNoMaintainerHasSeen() throws Exception {
    try (Reading slow = follow(0);
        Reading fast = follow(0)) {
      directory.writeNumberedLines(1, 1);
      assertThat(slow.next(1)).hasSize(1);
      directory.writeNumberedLines(2, 50_000);
      assertThat(fast.next(50_000)).hasSize(50_000);
      Files.writeString(directory.files().activeFile(), "anew\n");
      assertThat(fast.next(1)).containsExactly("anew");
      directory.write("more\n");
      assertThat(fast.next(1)).containsExactly("more");

      assertThat(slow.next(2)).containsExactly("anew", "more");
      directory.write("last\n");
      assertThat(slow.next(1)).containsExactly("last");
      assertThat(fast.next(1)).containsExactly("last");
    }
  }

  @Test
  void onlySelectedStreamIsReturned() throws Exception {
    try (Reading err =
            new Reading(
                tailers, directory.log().err(), log -> log.tailPosition(Integer.MAX_VALUE));
        Reading out = follow(0)) {
      directory.write("out\n");
      directory.write(LogStream.ERR, "err\n".getBytes(UTF_8));
      assertThat(err.next(1)).containsExactly("err");
      assertThat(out.next(1)).containsExactly("out");
    }
  }

  @Test
  void followerContinuesInsideLineThatAnotherHasSeenIncomplete() throws Exception {
    directory.write("name: ");
    LogPosition seen;
    try (Reading first = follow(0)) {
      assertThat(first.next(1)).containsExactly("name: ");
      seen = first.follower.position();
    }
    try (Reading second = new Reading(tailers, directory.log(), log -> seen)) {
      directory.write("\nnext\n");
      assertThat(second.next(1)).containsExactly("next");
    }
    try (Reading third = new Reading(tailers, directory.log(), log -> seen)) {
      assertThat(third.next(1)).containsExactly("next");
    }
  }

  @Test
  void followerEndsAfterLastLinesWhenDirectoryIsDeleted() throws Exception {
    directory.write("");
    try (Reading reading = follow(0)) {
      directory.write("last\nunfinished");
      directory.close();
      assertThat(reading.next(2)).containsExactly("last", "unfinished");
      while (!reading.follower.hasEnded()) {
        assertThat(reading.signals.tryAcquire(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      }
      assertThat(reading.follower.next()).isEmpty();
    }
  }

  @Test
  void failedStartLeavesNoReader() throws Exception {
    assertThatThrownBy(
            () ->
                new Reading(
                    tailers,
                    directory.log(),
                    log -> {
                      throw new IllegalStateException("on purpose");
                    }))
        .hasMessage("on purpose");
    assertThat(tailerThreads()).isEmpty();
  }

  @Test
  void lastLinesOfBothStreamsAreCountedTogether() throws Exception {
    directory.writeNumberedLines(1, 10);
    directory.write(LogStream.ERR, "a\nb\nc\n".getBytes(UTF_8));
    ProcessLog log = directory.log().both();

    List<LogLine> lines = log.read(log.tailPosition(5), Integer.MAX_VALUE);

    assertThat(lines).hasSize(5).isEqualTo(log.tail(5));
  }

  @Test
  void pagesOfLogAreContiguous() throws Exception {
    directory.writeNumberedLines(1, 1000);
    directory.write("rest");
    LogPosition at = directory.log().tailPosition(999);
    List<String> read = new ArrayList<>();
    List<LogLine> page = directory.log().read(at, 100);
    while (!page.isEmpty()) {
      assertThat(page).hasSizeLessThan(10);
      read.addAll(texts(page));
      at = at.after(page.get(page.size() - 1));
      page = directory.log().read(at, 100);
    }

    assertThat(read.subList(0, 998)).isEqualTo(numberedLines(3, 1000));
    assertThat(read.get(998)).isEqualTo("rest");
    assertThat(at).isEqualTo(directory.log().endPosition());
  }
}
