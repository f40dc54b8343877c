package io.luhproc.log;

import static io.luhproc.log.rotate.TempLogDirectory.numberedLine;
import static io.luhproc.log.rotate.TempLogDirectory.numberedLines;
import static io.luhproc.log.rotate.TempLogDirectory.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.log.file.IndexFile;
import io.luhproc.log.file.LogStreamReader;
import io.luhproc.log.file.RotatedFile;
import io.luhproc.log.file.TimeIndex;
import io.luhproc.log.rotate.LogMaintainer;
import io.luhproc.log.rotate.TempLogDirectory;
import io.luhproc.posix.Posix;
import io.luhproc.testing.NamedPipes;
import io.luhproc.testing.VirtualTime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading of logs, whatever was written. */
final class ProcessLogTest {
  private static final LogPolicy SMALL =
      LogPolicy.defaults().withMaxBytes(4096).withMaxBackups(1000);
  private static final int PIECE_BYTES = 64 << 10;

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

  private ProcessLog log() {
    return directory.log();
  }

  @Test
  void missingDirectoryReadsAsEmpty() {
    ProcessLog none = ProcessLog.of(Path.of("/nowhere/at/all"));
    assertThat(none.tail(10)).isEmpty();
    assertThat(none.both().since(Instant.EPOCH)).isEmpty();
    assertThat(none.snapshot()).isEmpty();
  }

  @Test
  void emptyFileHasNoLines() throws IOException {
    directory.write("");
    assertThat(log().tail(10)).isEmpty();
    assertThat(log().snapshot()).isEmpty();
  }

  @Test
  void tailCountsIncompleteLastLine() throws IOException {
    directory.write("one\ntwo\nthree");
    assertThat(texts(log().tail(2))).containsExactly("two", "three");
    assertThat(texts(log().tail(0))).isEmpty();
    assertThat(log().tail(1).get(0).partial()).isFalse();
  }

  @Test
  void emptyLinesAreReturned() throws IOException {
    directory.write("\n\na\n\n");
    assertThat(texts(log().tail(3))).containsExactly("", "a", "");
    assertThat(texts(log().tail(10))).containsExactly("", "", "a", "");
  }

  @Test
  void onlyLineFeedIsStripped() throws IOException {
    directory.write("a\r\n\ttab \0 nul\0\n");
    assertThat(texts(log().tail(2))).containsExactly("a\r", "\ttab \0 nul\0");
  }

  @Test
  void invalidUtf8BecomesReplacementCharacters() throws IOException {
    directory.write(LogStream.OUT, new byte[] {'a', (byte) 0xff, (byte) 0xc3, '\n', 'b', '\n'});
    assertThat(texts(log().tail(2))).containsExactly("a\ufffd\ufffd", "b");
    assertThat(log().snapshot()).isEqualTo("a\ufffd\ufffd\nb\n");
  }

  @Test
  void lineOfExactlyOnePieceIsNotPartial() throws IOException {
    directory.write("x".repeat(PIECE_BYTES) + "\n" + "y".repeat(PIECE_BYTES + 1) + "\n");
    List<LogLine> lines = log().since(Instant.EPOCH);
    assertThat(lines)
        .extracting(line -> line.text().length())
        .containsExactly(PIECE_BYTES, PIECE_BYTES, 1);
    assertThat(lines).extracting(LogLine::partial).containsExactly(false, true, false);
  }

  @Test
  void longLineIsSplitBetweenCharacters() throws IOException {
    String line = "x" + "ä€😀".repeat(10_000_000 / 9);
    directory.write("before\n" + line + "\nafter\n");
    List<LogLine> lines = log().since(Instant.EPOCH);
    assertThat(lines.get(0).text()).isEqualTo("before");
    assertThat(lines.get(lines.size() - 1).text()).isEqualTo("after");
    List<LogLine> pieces = lines.subList(1, lines.size() - 1);
    assertThat(pieces.stream().map(LogLine::text).collect(Collectors.joining())).isEqualTo(line);
    assertThat(pieces).allMatch(piece -> piece.text().getBytes(UTF_8).length <= PIECE_BYTES);
    assertThat(pieces.subList(0, pieces.size() - 1)).allMatch(LogLine::partial);
    assertThat(pieces.get(pieces.size() - 1).partial()).isFalse();
    assertThat(texts(log().tail(1))).containsExactly("after");
    assertThat(log().tail(3)).hasSize(3);
  }

  @Test
  void snapshotBeginsAtLineStart() throws IOException {
    directory.writeNumberedLines(1, 10_000);
    String snapshot = log().snapshot();
    assertThat(snapshot.length()).isBetween(PIECE_BYTES - 30, PIECE_BYTES);
    assertThat(snapshot).startsWith("line ").endsWith(numberedLine(10_000) + "\n");
    assertThat(log().err().snapshot()).isEmpty();
    directory.write("z".repeat(100_000));
    assertThat(log().snapshot()).isEqualTo("z".repeat(PIECE_BYTES));
  }

  @Test
  void streamsAreReadSeparatelyOrMergedByTime() throws IOException {
    try (LogMaintainer out = maintainer(LogStream.OUT);
        LogMaintainer err = maintainer(LogStream.ERR)) {
      for (int i = 1; i <= 3; i++) {
        directory.write("out " + i + "\n");
        time.advance(Duration.ofSeconds(1));
        out.tick();
        err.tick();
        directory.write(LogStream.ERR, ("err " + i + "\n").getBytes(UTF_8));
        time.advance(Duration.ofSeconds(1));
        out.tick();
        err.tick();
      }
    }
    assertThat(texts(log().tail(1))).containsExactly("out 3");
    assertThat(texts(log().stream(LogStream.ERR).tail(1))).containsExactly("err 3");
    assertThat(texts(log().both().since(Instant.EPOCH)))
        .containsExactly("out 1", "err 1", "out 2", "err 2", "out 3", "err 3");
    assertThat(texts(log().both().tail(3))).containsExactly("err 2", "out 3", "err 3");
    assertThat(log().both().snapshot()).isEqualTo("out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n");
  }

  private LogMaintainer maintainer(LogStream stream) {
    return LogMaintainer.open(directory.path(), stream, SMALL, time, Posix.lazy());
  }

  @Test
  void sinceStartsAtFirstLineCompletedAtInstant() throws IOException {
    Instant start = time.now();
    try (LogMaintainer maintainer = maintainer(LogStream.OUT)) {
      for (int second = 0; second < 1000; second++) {
        directory.writeNumberedLines(second + 1, second + 1);
        time.advance(Duration.ofSeconds(1));
        maintainer.tick();
      }
    }
    for (int second : List.of(0, 1, 2, 500, 998, 999)) {
      List<LogLine> lines = log().since(start.plusSeconds(second).plusMillis(1));
      assertThat(texts(lines)).isEqualTo(numberedLines(second + 1, 1000));
      assertThat(lines.get(0).time()).isEqualTo(start.plusSeconds(second + 1));
    }
    assertThat(log().since(start.plusSeconds(1000))).isEmpty();
  }

  @Test
  void sinceReturnsWholeLineWhenIncompleteAtInstant() throws IOException {
    try (LogMaintainer maintainer = maintainer(LogStream.OUT)) {
      directory.write("first\nsec");
      time.advance(Duration.ofSeconds(1));
      maintainer.tick();
      Instant middle = time.now();
      time.advance(Duration.ofSeconds(1));
      directory.write("ond\n");
      maintainer.tick();
      assertThat(texts(log().since(middle))).containsExactly("second");
    }
  }

  @Test
  void sinceMissesNoLineWhenClockIsSetBack() throws IOException {
    try (LogMaintainer maintainer = maintainer(LogStream.OUT)) {
      directory.write("before\n");
      maintainer.tick();
      time.setWallClockBack(Duration.ofHours(1));
      Instant afterSetBack = time.now();
      time.advance(Duration.ofSeconds(10));
      directory.write("after\n");
      maintainer.tick();
      assertThat(texts(log().since(afterSetBack))).contains("after");
    }
  }

  @Test
  void indexHasTimeOfClockAfterItWasSetBack() throws IOException {
    Instant start = time.now();
    try (LogMaintainer maintainer = maintainer(LogStream.OUT)) {
      directory.write("before\n");
      maintainer.tick();
      time.setWallClockBack(Duration.ofHours(1));
      directory.write("after\n");
      maintainer.tick();
    }
    TimeIndex index = new IndexFile(directory.files()).readEntries();
    assertThat(index.entries())
        .containsExactly(new TimeIndex.Entry(start.minus(Duration.ofHours(1)).toEpochMilli(), 13));
    assertThat(index.invalidEntries()).isZero();
  }

  @Test
  void rotatedFilesAreReadWhenIndexIsLost() throws IOException {
    try (LogMaintainer maintainer = maintainer(LogStream.OUT)) {
      directory.writeNumberedLines(1, 1000);
      maintainer.tick();
    }
    for (String broken : List.of("", "garbage\n".repeat(100), "luhproc-index 9 whatever\n")) {
      Files.writeString(directory.files().indexFile(), broken);
      assertAllReadable(1000);
    }
    Files.delete(directory.files().indexFile());
    assertAllReadable(1000);
    try (LogMaintainer maintainer = maintainer(LogStream.OUT)) {
      assertAllReadable(1000);
      directory.writeNumberedLines(1001, 2000);
      maintainer.tick();
    }
    assertAllReadable(2000);
  }

  private void assertAllReadable(int lines) {
    assertThat(texts(log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, lines));
    assertThat(texts(log().tail(900))).isEqualTo(numberedLines(lines - 899, lines));
  }

  @Test
  void validEntriesAreUsedWhenIndexHasTornOrInvalidEntries() throws IOException {
    Instant start = time.now();
    try (LogMaintainer maintainer = maintainer(LogStream.OUT)) {
      directory.writeNumberedLines(1, 10);
      time.advance(Duration.ofSeconds(1));
      maintainer.tick();
    }
    byte[] garbage = ("x".repeat(IndexFile.ENTRY_BYTES) + "176365").getBytes(UTF_8);
    Files.write(directory.files().indexFile(), garbage, StandardOpenOption.APPEND);
    assertAllReadSince(start, 10);
    try (LogMaintainer maintainer = maintainer(LogStream.OUT)) {
      directory.writeNumberedLines(11, 20);
      time.advance(Duration.ofSeconds(1));
      maintainer.tick();
    }
    assertAllReadSince(start, 20);
    assertThat(texts(log().since(start.plusSeconds(1)))).isEqualTo(numberedLines(11, 20));
  }

  private void assertAllReadSince(Instant start, int lines) {
    assertThat(texts(log().since(start))).isEqualTo(numberedLines(1, lines));
  }

  @Test
  void gzipFilesAreReadAfterCompression() throws IOException {
    LogPolicy gzip = SMALL.withGzip(true);
    directory.writeNumberedLines(1, 2000);
    try (LogMaintainer maintainer = directory.maintainer(gzip, time, Posix.lazy())) {
      for (int i = 0; i < 20; i++) {
        maintainer.tick();
      }
    }
    assertThat(directory.files().rotatedFiles()).isNotEmpty().allMatch(RotatedFile::gzip);
    assertThat(texts(log().since(Instant.EPOCH))).isEqualTo(numberedLines(1, 2000));
    assertThat(texts(log().tail(1500))).isEqualTo(numberedLines(501, 2000));
  }

  @Test
  void corruptGzipFileIsSkipped() throws IOException {
    directory.writeNumberedLines(1, 2000);
    try (LogMaintainer maintainer =
        directory.maintainer(SMALL.withGzip(true), time, Posix.lazy())) {
      for (int i = 0; i < 20; i++) {
        maintainer.tick();
      }
    }
    Path first = directory.files().rotatedFiles().get(0).path();
    byte[] bytes = Files.readAllBytes(first);
    bytes[bytes.length / 2] ^= 0x55;
    Files.write(first, bytes);
    assertThat(texts(log().since(Instant.EPOCH))).endsWith(numberedLine(2000));
  }

  @Test
  void rotatedFileDeletedWhileReadingIsSkipped() throws IOException {
    directory.writeNumberedLines(1, 2000);
    try (LogMaintainer maintainer = maintainer(LogStream.OUT)) {
      maintainer.tick();
    }
    List<RotatedFile> rotatedFiles = directory.files().rotatedFiles();
    int[] seen = {0};
    log()
        .forEachSince(
            Instant.EPOCH,
            line -> {
              if (seen[0]++ == 0) {
                deleteAll(rotatedFiles);
              }
            });
    assertThat(seen[0]).isPositive().isLessThan(2000);
    assertThat(texts(log().tail(1))).containsExactly(numberedLine(2000));
  }

  private static void deleteAll(List<RotatedFile> rotatedFiles) {
    for (RotatedFile rotatedFile : rotatedFiles) {
      assertThat(rotatedFile.path().toFile().delete()).isTrue();
    }
  }

  static Stream<UnaryOperator<byte[]>> damages() {
    return Stream.of(
        bytes -> new byte[0],
        bytes -> new byte[bytes.length],
        bytes -> Arrays.copyOf(bytes, bytes.length / 2),
        bytes -> Arrays.copyOf(bytes, bytes.length - 3));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void otherLinesAreReadWhenRotatedFileIsDamaged(UnaryOperator<byte[]> damage) throws IOException {
    directory.writeNumberedLines(1, 2000);
    try (LogMaintainer maintainer =
        directory.maintainer(SMALL.withGzip(true), time, Posix.lazy())) {
      for (int i = 0; i < 20; i++) {
        maintainer.tick();
      }
    }
    List<RotatedFile> rotatedFiles = directory.files().rotatedFiles();
    RotatedFile damaged = rotatedFiles.get(rotatedFiles.size() / 2);
    List<String> expected = new ArrayList<>(numberedLines(1, 2000));
    expected.removeAll(linesOf(damaged));
    Files.write(damaged.path(), damage.apply(Files.readAllBytes(damaged.path())));
    assertThat(texts(log().since(Instant.MIN))).containsSubsequence(expected);
    assertThat(texts(log().tail(1990))).containsSubsequence(expected.subList(10, expected.size()));
    assertThat(texts(log().tail(3))).isEqualTo(numberedLines(1998, 2000));
    assertThat(log().snapshot()).endsWith(numberedLine(2000) + "\n");
  }

  private static List<String> linesOf(RotatedFile file) throws IOException {
    try (InputStream bytes = file.open(0)) {
      return new String(bytes.readAllBytes(), UTF_8).lines().toList();
    }
  }

  @Test
  void otherLinesAreReadWhenRotatedFileIsPipe() throws IOException {
    directory.writeNumberedLines(1, 1000);
    try (LogMaintainer maintainer = maintainer(LogStream.OUT)) {
      maintainer.tick();
    }
    RotatedFile second = directory.files().rotatedFiles().get(1);
    List<String> expected = new ArrayList<>(numberedLines(1, 1000));
    expected.removeAll(linesOf(second));
    Files.delete(second.path());
    Path ignored = NamedPipes.create(second.path());
    assertThat(texts(log().since(Instant.EPOCH))).isEqualTo(expected);
  }

  @Test
  void noLineIsReadTwiceWhenIndexIsLostWhileReading() throws IOException {
    directory.writeNumberedLines(1, 500);
    try (LogStreamReader reader = new LogStreamReader(directory.files());
        LineReader lines = lineReader(reader)) {
      assertThat(drain(lines)).isEqualTo(numberedLines(1, 500));
      rotateWithoutIndex();
      directory.writeNumberedLines(501, 510);
      assertThat(drain(lines)).isEqualTo(numberedLines(501, 510));
      rotateWithoutIndex();
      directory.writeNumberedLines(511, 600);
      assertThat(drain(lines)).isEqualTo(numberedLines(511, 600));
    }
  }

  private void rotateWithoutIndex() throws IOException {
    try (LogMaintainer maintainer = maintainer(LogStream.OUT)) {
      maintainer.tick();
    }
    Files.delete(directory.files().indexFile());
  }

  private static LineReader lineReader(LogStreamReader reader) throws IOException {
    reader.seek(0);
    return new LineReader(LogStream.OUT, reader, new TimeIndex(List.of(), 0), false);
  }

  private static List<String> drain(LineReader lines) throws IOException {
    List<String> texts = new ArrayList<>();
    for (LogLine line = lines.next(); line != null; line = lines.next()) {
      texts.add(line.text());
    }
    return texts;
  }

  @Test
  void newLinesAreReadWhenFileIsTruncatedAndRefilledBeforeNextRead() throws IOException {
    directory.writeNumberedLines(1, 300);
    try (LogStreamReader reader = new LogStreamReader(directory.files());
        LineReader lines = lineReader(reader)) {
      try (LogMaintainer maintainer = maintainer(LogStream.OUT)) {
        assertThat(drain(lines)).isEqualTo(numberedLines(1, 300));
        maintainer.tick();
      }
      // Longer than before, and longer than the punched front.
      Files.writeString(directory.files().activeFile(), "");
      directory.writeNumberedLines(301, 1000);
      assertThat(drain(lines)).isEqualTo(numberedLines(301, 1000));
      assertThat(texts(log().tail(700))).isEqualTo(numberedLines(301, 1000));
      assertThat(texts(log().since(Instant.EPOCH))).endsWith(numberedLine(1000));
      assertThat(log().snapshot()).contains(numberedLine(301), numberedLine(1000));
    }
  }

  @Test
  void untilLeavesOutLaterLines() throws IOException {
    Instant start = time.now();
    try (LogMaintainer maintainer = maintainer(LogStream.OUT)) {
      for (int second = 1; second <= 1000; second++) {
        directory.writeNumberedLines(second, second);
        directory.write("half ");
        time.advance(Duration.ofSeconds(1));
        maintainer.tick();
        directory.write("and half\n");
      }
    }
    ProcessLog first = log().until(start.plusSeconds(500));
    assertThat(texts(first.tail(3)))
        .containsExactly(numberedLine(499), "half and half", numberedLine(500));
    assertThat(texts(first.since(start.plusSeconds(499))))
        .containsExactly("half and half", numberedLine(500));
    assertThat(texts(first.both().tail(1))).containsExactly(numberedLine(500));
    assertThat(first.snapshot()).endsWith("half and half\n" + numberedLine(500) + "\n");
    assertThat(texts(log().until(start).since(Instant.MIN))).isEmpty();
    assertThat(log().until(Instant.MAX).since(Instant.MIN)).hasSize(2000);
    assertThat(log().until(Instant.MIN).tail(10)).isEmpty();
    assertThat(log().since(Instant.MAX)).isEmpty();
  }

  @Test
  void untilCannotBeFollowed() {
    assertThatThrownBy(() -> log().until(Instant.EPOCH).follow(line -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("until (1970-01-01T00:00:00Z) is set");
  }

  @Test
  void linesEndAtCarriageReturnsIfChosen() throws IOException {
    directory.write("a\r\nb\n\n\r1 %\r2 %\r\nc\r\r\nd\r");
    ProcessLog split = log().splitAtCarriageReturn();
    assertThat(texts(split.since(Instant.EPOCH)))
        .containsExactly("a", "b", "", "1 %", "2 %", "c", "", "d");
    assertThat(texts(split.tail(3))).containsExactly("c", "", "d");
    assertThat(texts(log().tail(2))).containsExactly("c\r\r", "d\r");
  }

  @Test
  void nullArgumentsAreRejected() {
    assertNull("instant", () -> log().since(null));
    assertNull("instant", () -> log().until(null));
    assertNull("instant", () -> log().followSince(null, line -> {}));
    assertNull("listener", () -> log().follow(null));
    assertNull("listener", () -> log().followFromTail(1, null));
    assertNull("listener", () -> log().forEachSince(Instant.EPOCH, null));
    assertNull("stream", () -> log().stream(null));
    assertNull("directory", () -> ProcessLog.of(null));
  }

  private static void assertNull(String name, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(name);
  }

  @Test
  void negativeLineCountIsRejected() {
    assertThatThrownBy(() -> log().tail(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lines (-1) must not be negative");
  }
}
