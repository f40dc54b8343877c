package io.luhproc.log.rotate;

import static io.luhproc.log.rotate.TempLogDirectory.numberedLines;
import static io.luhproc.log.rotate.TempLogDirectory.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.file.LogStreamReader;
import io.luhproc.testing.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Output that comes faster than it can be rotated: more than the policy keeps at one tick. */
final class OutputFloodTest {
  private static final LogPolicy SMALL = LogPolicy.defaults().withMaxBytes(8192).withMaxBackups(3);
  private static final Pattern NOTICE =
      Pattern.compile("\\[luhproc: (\\d+) bytes of output were dropped here, (\\d+) in total: .*]");
  private static final int LINES = 50_000;

  private final VirtualTime time = new VirtualTime();

  @ParameterizedTest
  @EnumSource(LogRotatorCrashTest.FileSystemSupport.class)
  void newestLinesAreKeptWhenFloodExceedsPolicy(LogRotatorCrashTest.FileSystemSupport support)
      throws IOException {
    try (TempLogDirectory directory = TempLogDirectory.createOnDisk();
        LogMaintainer maintainer = directory.maintainer(SMALL, time, support.posix())) {
      directory.writeNumberedLines(1, 1000);
      maintainer.tick();
      long written = 0;
      for (int flood = 0; flood < 3; flood++) {
        int first = 1001 + flood * LINES;
        directory.writeNumberedLines(first, first + LINES - 1);
        time.advance(Duration.ofSeconds(1));
        maintainer.tick();
        written = endOffset(directory);
      }
      int last = 1000 + 3 * LINES;
      assertThat(directory.files().rotatedFiles()).hasSizeLessThanOrEqualTo(SMALL.maxBackups());
      List<String> kept =
          texts(directory.log().since(Instant.EPOCH)).stream()
              .filter(line -> !NOTICE.matcher(line).matches())
              .toList();
      assertThat(kept).isEqualTo(numberedLines(last - kept.size() + 1, last));
      long keptBytes = kept.stream().mapToLong(line -> line.length() + 1).sum();
      assertThat(keptBytes).isBetween(2 * SMALL.maxBytes(), 5 * SMALL.maxBytes());
      assertThat(written).isEqualTo(bytesOf(numberedLines(1, last)));
    }
  }

  private static long endOffset(TempLogDirectory directory) throws IOException {
    try (LogStreamReader reader = new LogStreamReader(directory.files())) {
      return reader.endOffset();
    }
  }

  private static long bytesOf(List<String> lines) {
    return lines.stream().mapToLong(line -> line.length() + 1).sum();
  }

  @ParameterizedTest
  @EnumSource(
      value = LogRotatorCrashTest.FileSystemSupport.class,
      names = {"NATIVE", "PUNCH_ONLY"})
  void noticeInLogTellsHowManyBytesWereDropped(LogRotatorCrashTest.FileSystemSupport support)
      throws IOException {
    try (TempLogDirectory directory = TempLogDirectory.createOnDisk();
        LogMaintainer maintainer = directory.maintainer(SMALL, time, support.posix())) {
      directory.writeNumberedLines(1, LINES);
      maintainer.tick();
      List<String> lines = texts(directory.log().since(Instant.EPOCH));
      Matcher notice = NOTICE.matcher(lines.get(0));
      assertThat(notice.matches()).as(lines.get(0)).isTrue();
      List<String> kept = lines.subList(1, lines.size());
      long dropped = bytesOf(numberedLines(1, LINES - kept.size()));
      assertThat(notice.group(1)).isEqualTo("" + dropped);
      assertThat(notice.group(2)).isEqualTo("" + dropped);
      assertThat(directory.concatenateFiles().lines().toList()).isEqualTo(lines);
    }
  }

  @ParameterizedTest
  @EnumSource(RotationCheckpoint.class)
  void noKeptLineIsLostWhenMaintainerCrashesDuringDrop(RotationCheckpoint checkpoint)
      throws IOException {
    try (TempLogDirectory directory = TempLogDirectory.createOnDisk()) {
      directory.writeNumberedLines(1, LINES);
      crashAt(checkpoint, directory);
      assertNewestLinesAreRead(directory);
      try (LogMaintainer maintainer =
          directory.maintainer(SMALL, time, LogRotatorCrashTest.FileSystemSupport.NATIVE.posix())) {
        maintainer.tick();
      }
      assertNewestLinesAreRead(directory);
      assertThat(directory.files().activeSize()).isLessThan(4 * SMALL.maxBytes());
    }
  }

  private static void assertNewestLinesAreRead(TempLogDirectory directory) {
    int lines = (int) (2 * SMALL.maxBytes() / TempLogDirectory.numberedLine(LINES).length());
    assertThat(texts(directory.log().tail(lines)))
        .isEqualTo(numberedLines(LINES - lines + 1, LINES));
    assertThat(texts(directory.log().since(Instant.EPOCH))).noneMatch(line -> line.contains("\0"));
  }

  private void crashAt(RotationCheckpoint crashPoint, TempLogDirectory directory)
      throws IOException {
    MaintenanceContext context =
        new MaintenanceContext(
            time,
            LogRotatorCrashTest.FileSystemSupport.NATIVE.posix(),
            checkpoint -> {
              if (checkpoint == crashPoint) {
                throw new LogRotatorCrashTest.Killed();
              }
            });
    LogMaintainer maintainer = directory.maintainer(SMALL, context);
    try {
      maintainer.tick();
    } catch (LogRotatorCrashTest.Killed expected) {
      // Like SIGKILL.
    } finally {
      maintainer.releaseLock();
    }
  }
}
