package io.luhproc.log;

import static io.luhproc.log.LogDirectory.numbers;
import static io.luhproc.log.LogDirectory.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.posix.Posix;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What readers get from a directory, whatever was written. */
final class ProcessLogTest {
  private static final LogPolicy SMALL = LogPolicy.defaults().withMaxBytes(4096).withMaxParts(1000);
  private static final int PIECE = 64 << 10;

  private final SettableTime time = new SettableTime();
  private LogDirectory directory;

  @BeforeEach
  void makeDirectory() throws IOException {
    directory = LogDirectory.onDisk();
  }

  @AfterEach
  void removeDirectory() throws IOException {
    directory.close();
  }

  private ProcessLog log() {
    return directory.log();
  }

  @Test
  void aDirectoryThatDoesNotExistReadsAsEmpty() {
    ProcessLog none = ProcessLog.of(Path.of("/nowhere/at/all"), TimeSource.system());
    assertThat(none.tail(10)).isEmpty();
    assertThat(none.both().since(Instant.EPOCH)).isEmpty();
    assertThat(none.snapshot()).isEmpty();
  }

  @Test
  void anEmptyFileHasNoLines() throws IOException {
    directory.write("");
    assertThat(log().tail(10)).isEmpty();
    assertThat(log().snapshot()).isEmpty();
  }

  @Test
  void tailCountsAnUnfinishedLastLine() throws IOException {
    directory.write("one\ntwo\nthree");
    assertThat(texts(log().tail(2))).containsExactly("two", "three");
    assertThat(texts(log().tail(0))).isEmpty();
    assertThat(log().tail(1).get(0).partial()).isFalse();
  }

  @Test
  void emptyLinesAreLines() throws IOException {
    directory.write("\n\na\n\n");
    assertThat(texts(log().tail(3))).containsExactly("", "a", "");
    assertThat(texts(log().tail(10))).containsExactly("", "", "a", "");
  }

  @Test
  void onlyTheLineFeedIsTakenAway() throws IOException {
    directory.write("a\r\n\ttab \0 nul\0\n");
    assertThat(texts(log().tail(2))).containsExactly("a\r", "\ttab \0 nul\0");
  }

  @Test
  void bytesThatAreNotUtf8BecomeReplacementCharacters() throws IOException {
    directory.write(LogStream.OUT, new byte[] {'a', (byte) 0xff, (byte) 0xc3, '\n', 'b', '\n'});
    assertThat(texts(log().tail(2))).containsExactly("a\ufffd\ufffd", "b");
    assertThat(log().snapshot()).isEqualTo("a\ufffd\ufffd\nb\n");
  }

  @Test
  void aLineOfExactlyOnePieceIsWhole() throws IOException {
    directory.write("x".repeat(PIECE) + "\n" + "y".repeat(PIECE + 1) + "\n");
    List<LogLine> lines = log().since(Instant.EPOCH);
    assertThat(lines).extracting(line -> line.text().length()).containsExactly(PIECE, PIECE, 1);
    assertThat(lines).extracting(LogLine::partial).containsExactly(false, true, false);
  }

  @Test
  void aLineOfTenMegabytesComesInPiecesCutBetweenCharacters() throws IOException {
    String line = "x" + "ä€😀".repeat(10_000_000 / 9);
    directory.write("before\n" + line + "\nafter\n");
    List<LogLine> lines = log().since(Instant.EPOCH);
    assertThat(lines.get(0).text()).isEqualTo("before");
    assertThat(lines.get(lines.size() - 1).text()).isEqualTo("after");
    List<LogLine> pieces = lines.subList(1, lines.size() - 1);
    assertThat(pieces.stream().map(LogLine::text).collect(Collectors.joining())).isEqualTo(line);
    assertThat(pieces).allMatch(piece -> piece.text().getBytes(UTF_8).length <= PIECE);
    assertThat(pieces.subList(0, pieces.size() - 1)).allMatch(LogLine::partial);
    assertThat(pieces.get(pieces.size() - 1).partial()).isFalse();
    assertThat(texts(log().tail(1))).containsExactly("after");
    assertThat(log().tail(3)).hasSize(3);
  }

  @Test
  void aSnapshotBeginsWithALineWhereThereIsOne() throws IOException {
    directory.writeNumbers(1, 10_000);
    String snapshot = log().snapshot();
    assertThat(snapshot.length()).isBetween(PIECE - 30, PIECE);
    assertThat(snapshot).startsWith("line ").endsWith(LogDirectory.number(10_000) + "\n");
    assertThat(log().err().snapshot()).isEmpty();
    directory.write("z".repeat(100_000));
    assertThat(log().snapshot()).isEqualTo("z".repeat(PIECE));
  }

  @Test
  void theStreamsAreReadOneByOneOrTogetherByTime() throws IOException {
    try (LogKeeper out = keeper(LogStream.OUT);
        LogKeeper err = keeper(LogStream.ERR)) {
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

  private LogKeeper keeper(LogStream stream) {
    return LogKeeper.open(directory.path(), stream, SMALL, time, Posix.lazy());
  }

  @Test
  void sinceBeginsWithTheFirstLineFinishedAtTheInstant() throws IOException {
    Instant start = time.now();
    try (LogKeeper keeper = keeper(LogStream.OUT)) {
      for (int second = 0; second < 1000; second++) {
        directory.writeNumbers(second + 1, second + 1);
        time.advance(Duration.ofSeconds(1));
        keeper.tick();
      }
    }
    for (int second : List.of(0, 1, 2, 500, 998, 999)) {
      List<LogLine> lines = log().since(start.plusSeconds(second).plusMillis(1));
      assertThat(texts(lines)).isEqualTo(numbers(second + 1, 1000));
      assertThat(lines.get(0).time()).isEqualTo(start.plusSeconds(second + 1));
    }
    assertThat(log().since(start.plusSeconds(1000))).isEmpty();
  }

  @Test
  void aLineThatWasUnfinishedAtTheInstantIsGivenWhole() throws IOException {
    try (LogKeeper keeper = keeper(LogStream.OUT)) {
      directory.write("first\nsec");
      time.advance(Duration.ofSeconds(1));
      keeper.tick();
      Instant middle = time.now();
      time.advance(Duration.ofSeconds(1));
      directory.write("ond\n");
      keeper.tick();
      assertThat(texts(log().since(middle))).containsExactly("second");
    }
  }

  @Test
  void sinceNeverBeginsTooLateWhenTheClockIsSetBack() throws IOException {
    try (LogKeeper keeper = keeper(LogStream.OUT)) {
      directory.write("before\n");
      keeper.tick();
      time.setBack(Duration.ofHours(1));
      Instant back = time.now();
      time.advance(Duration.ofSeconds(10));
      directory.write("after\n");
      keeper.tick();
      assertThat(texts(log().since(back))).contains("after");
    }
  }

  @Test
  void partsAreReadThoughTheIndexIsLost() throws IOException {
    try (LogKeeper keeper = keeper(LogStream.OUT)) {
      directory.writeNumbers(1, 1000);
      keeper.tick();
    }
    for (String broken : List.of("", "garbage\n".repeat(100), "luhproc-index 9 whatever\n")) {
      Files.writeString(directory.files().index(), broken);
      assertAllThere(1000);
    }
    Files.delete(directory.files().index());
    assertAllThere(1000);
    try (LogKeeper keeper = keeper(LogStream.OUT)) {
      assertAllThere(1000);
      directory.writeNumbers(1001, 2000);
      keeper.tick();
    }
    assertAllThere(2000);
  }

  private void assertAllThere(int lines) {
    assertThat(texts(log().since(Instant.EPOCH))).isEqualTo(numbers(1, lines));
    assertThat(texts(log().tail(900))).isEqualTo(numbers(lines - 899, lines));
  }

  @Test
  void anIndexWithTornAndForeignEntriesStillServes() throws IOException {
    Instant start = time.now();
    try (LogKeeper keeper = keeper(LogStream.OUT)) {
      directory.writeNumbers(1, 10);
      time.advance(Duration.ofSeconds(1));
      keeper.tick();
    }
    byte[] garbage = ("x".repeat(IndexFile.ENTRY_BYTES) + "176365").getBytes(UTF_8);
    Files.write(directory.files().index(), garbage, StandardOpenOption.APPEND);
    assertAllRead(start, 10);
    try (LogKeeper keeper = keeper(LogStream.OUT)) {
      directory.writeNumbers(11, 20);
      time.advance(Duration.ofSeconds(1));
      keeper.tick();
    }
    assertAllRead(start, 20);
    assertThat(texts(log().since(start.plusSeconds(1)))).isEqualTo(numbers(11, 20));
  }

  private void assertAllRead(Instant start, int lines) {
    assertThat(texts(log().since(start))).isEqualTo(numbers(1, lines));
  }

  @Test
  void compressedPartsAreReadLikeOthers() throws IOException {
    LogPolicy gzip = SMALL.withGzip(true);
    directory.writeNumbers(1, 2000);
    try (LogKeeper keeper = directory.keeper(gzip, time, Posix.lazy())) {
      for (int i = 0; i < 20; i++) {
        keeper.tick();
      }
    }
    assertThat(directory.files().parts()).isNotEmpty().allMatch(Part::gzip);
    assertThat(texts(log().since(Instant.EPOCH))).isEqualTo(numbers(1, 2000));
    assertThat(texts(log().tail(1500))).isEqualTo(numbers(501, 2000));
  }

  @Test
  void aCompressedPartThatIsTornIsSkipped() throws IOException {
    directory.writeNumbers(1, 2000);
    try (LogKeeper keeper = directory.keeper(SMALL.withGzip(true), time, Posix.lazy())) {
      for (int i = 0; i < 20; i++) {
        keeper.tick();
      }
    }
    Path first = directory.files().parts().get(0).path();
    byte[] bytes = Files.readAllBytes(first);
    bytes[bytes.length / 2] ^= 0x55;
    Files.write(first, bytes);
    assertThat(texts(log().since(Instant.EPOCH))).endsWith(LogDirectory.number(2000));
  }

  @Test
  void aPartThatIsDeletedUnderTheReaderIsSkipped() throws IOException {
    directory.writeNumbers(1, 2000);
    try (LogKeeper keeper = keeper(LogStream.OUT)) {
      keeper.tick();
    }
    List<Part> parts = directory.files().parts();
    int[] seen = {0};
    log()
        .forEachSince(
            Instant.EPOCH,
            line -> {
              if (seen[0]++ == 0) {
                deleteAll(parts);
              }
            });
    assertThat(seen[0]).isPositive().isLessThan(2000);
    assertThat(texts(log().tail(1))).containsExactly(LogDirectory.number(2000));
  }

  private static void deleteAll(List<Part> parts) {
    for (Part part : parts) {
      assertThat(part.path().toFile().delete()).isTrue();
    }
  }

  @Test
  void aNegativeNumberOfLinesIsRefused() {
    assertThatThrownBy(() -> log().tail(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lines (-1) must not be negative");
  }
}
