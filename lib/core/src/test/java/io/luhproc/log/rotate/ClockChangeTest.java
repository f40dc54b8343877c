package io.luhproc.log.rotate;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogLine;
import io.luhproc.log.LogPolicy;
import io.luhproc.posix.Posix;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times of lines: accuracy, and a clock that is set forward and back. */
final class ClockChangeTest {
  private static final Duration YEAR = Duration.ofDays(365);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final LogPolicy SMALL =
      LogPolicy.defaults().withMaxBytes(4096).withMaxBackups(1000);

  private final VirtualTime time = new VirtualTime();
  private TempLogDirectory directory;

  @BeforeEach
  void createDirectory() throws IOException {
    directory = TempLogDirectory.createOnDisk();
  }

  @AfterEach
  void deleteDirectory() throws IOException {
    directory.close();
  }

  private void write(int number) throws IOException {
    directory.writeNumberedLines(number, number);
    // The kernel dates the write by the same clock.
    Files.setLastModifiedTime(directory.files().activeFile(), FileTime.from(time.now()));
  }

  @ParameterizedTest
  @ValueSource(longs = {-365, 365})
  void oneWrongTickDatesOnlyLinesOfThatTick(long days) throws IOException {
    Duration wrong = Duration.ofDays(days);
    try (LogMaintainer maintainer =
        directory.maintainer(LogPolicy.defaults(), time, Posix.lazy())) {
      Instant start = time.now();
      for (int i = 1; i <= 20; i++) {
        boolean wrongTick = i == 10;
        time.setWallClockBack(wrongTick ? wrong.negated() : Duration.ZERO);
        time.advance(SECOND);
        write(i);
        maintainer.tick();
        time.setWallClockBack(wrongTick ? wrong : Duration.ZERO);
      }
      List<LogLine> lines = directory.log().since(Instant.EPOCH);
      for (int i = 1; i <= 20; i++) {
        assertThat(Duration.between(start.plusSeconds(i), lines.get(i - 1).time()))
            .as("line %s", i)
            .isBetween(Duration.ZERO, SECOND);
      }
      assertThat(directory.log().since(start.plusSeconds(18).plusMillis(1))).hasSize(2);
    }
  }

  @Test
  void linesHaveTimeOfClockAfterItWasSetBackForGood() throws IOException {
    try (LogMaintainer maintainer =
        directory.maintainer(LogPolicy.defaults(), time, Posix.lazy())) {
      for (int i = 1; i <= 100; i++) {
        time.advance(SECOND);
        write(i);
        maintainer.tick();
      }
      time.setWallClockBack(YEAR);
      for (int i = 101; i <= 103; i++) {
        time.advance(SECOND);
        write(i);
        maintainer.tick();
        assertThat(directory.log().tail(1).get(0).time()).isEqualTo(time.now());
      }
      assertThat(directory.log().since(time.now().minus(SECOND).plusMillis(1))).hasSize(1);
    }
  }

  @Test
  void filesAreNeitherDeletedNorNamedByOneWrongTick() throws IOException {
    LogPolicy daily = SMALL.withMaxAge(Duration.ofDays(1));
    try (LogMaintainer maintainer = directory.maintainer(daily, time, Posix.lazy())) {
      directory.writeNumberedLines(1, 500);
      maintainer.tick();
      int rotated = directory.files().rotatedFiles().size();
      assertThat(rotated).isPositive();
      time.setWallClockBack(YEAR.negated());
      time.advance(Duration.ofSeconds(30));
      directory.writeNumberedLines(501, 1000);
      maintainer.tick();
      time.setWallClockBack(YEAR);
      assertThat(directory.files().rotatedFiles()).hasSizeGreaterThan(rotated);
      assertThat(directory.fileNames()).noneMatch(name -> name.startsWith("out-2027"));
    }
  }

  @Test
  void clockThatStaysSetForMinuteIsFollowed() {
    SteadyClock clock = new SteadyClock(time);
    time.setWallClockBack(YEAR);
    Instant before = time.now().plus(YEAR);
    assertThat(clock.now()).isEqualTo(before);
    time.advance(Duration.ofSeconds(59));
    assertThat(clock.now()).isEqualTo(before.plusSeconds(59));
    time.advance(SECOND);
    assertThat(clock.now()).isEqualTo(time.now());
  }

  @Test
  void lineHasTimeOfItsWriteWhenTickIsLate() throws Exception {
    TimeSource system = TimeSource.system();
    try (LogMaintainer maintainer =
        directory.maintainer(LogPolicy.defaults(), system, Posix.lazy())) {
      Instant before = system.now();
      directory.writeNumberedLines(1, 1);
      Instant after = system.now();
      system.sleep(Duration.ofMillis(200));
      maintainer.tick();
      // The kernel dates a write by its last timer tick.
      assertThat(directory.log().tail(1).get(0).time())
          .isBetween(before.minusMillis(20), after.plusMillis(20));
    }
  }

  @Test
  void implausibleFileTimeIsIgnored() throws IOException {
    try (LogMaintainer maintainer =
        directory.maintainer(LogPolicy.defaults(), time, Posix.lazy())) {
      write(1);
      maintainer.tick();
      time.advance(SECOND);
      directory.writeNumberedLines(2, 2);
      Files.setLastModifiedTime(directory.files().activeFile(), FileTime.from(Instant.EPOCH));
      maintainer.tick();
      assertThat(directory.log().tail(1).get(0).time()).isEqualTo(time.now());
    }
  }
}
