package io.luhproc.log;

import static io.luhproc.log.LogDirectory.numbers;
import static io.luhproc.log.LogDirectory.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.posix.Posix;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a keeper does to a directory. */
final class LogKeeperTest {
  private static final LogPolicy SMALL = LogPolicy.defaults().withMaxBytes(4096).withMaxParts(1000);

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

  @Test
  void thePolicyRefusesWhatMakesNoSense() {
    assertThatThrownBy(() -> LogPolicy.defaults().withMaxBytes(4095))
        .hasMessage("maxBytes (4095) must be at least 4096");
    assertThatThrownBy(() -> LogPolicy.defaults().withMaxParts(0))
        .hasMessage("maxParts (0) must be at least 1");
    assertThatThrownBy(() -> LogPolicy.defaults().withMaxAge(Duration.ZERO))
        .hasMessage("maxAge (PT0S) must be longer than zero");
  }

  @Test
  void aSmallFileIsLeftAlone() throws IOException {
    directory.writeNumbers(1, 100);
    try (LogKeeper keeper = directory.keeper(SMALL, time, new FaultyPosix().withoutPunch())) {
      assertThat(keeper.tick()).isEqualTo(Duration.ofSeconds(1));
    }
    assertThat(directory.names()).containsExactly("out.index", "out.log");
  }

  @Test
  void partsEndWithALineAreNamedByTimeAndBelongToTheOwner() throws IOException {
    directory.writeNumbers(1, 500);
    try (LogKeeper keeper = directory.keeper(SMALL, time, Posix.lazy())) {
      keeper.tick();
    }
    List<Part> parts = directory.files().parts();
    assertThat(directory.names())
        .contains("out-20261120T153000.000Z.log", "out-20261120T153000.001Z.log");
    for (Part part : parts) {
      assertThat(Files.readString(part.path())).endsWith("\n").hasSizeLessThanOrEqualTo(4096);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(part.path())))
          .isEqualTo("rw-------");
    }
    assertThat(liveBytes()).isLessThanOrEqualTo(4096);
    assertThat(directory.concatenated().lines().toList()).isEqualTo(numbers(1, 500));
  }

  private long liveBytes() throws IOException {
    return directory.files().liveSize() - new IndexFile(directory.files()).header().hole();
  }

  @Test
  void aLineLongerThanTheLimitIsCutAndReadAsOne() throws IOException {
    directory.write("x".repeat(20_000) + "\nend\n");
    try (LogKeeper keeper = directory.keeper(SMALL, time, Posix.lazy())) {
      keeper.tick();
    }
    assertThat(directory.files().parts()).hasSizeGreaterThan(3);
    assertThat(texts(directory.log().tail(2))).containsExactly("x".repeat(20_000), "end");
  }

  @Test
  void dataOfNulsIsKeptThoughItLooksLikeAHole() throws IOException {
    String nuls = "\0".repeat(30_000) + "\n";
    directory.write("a\n" + nuls);
    try (LogKeeper keeper = directory.keeper(SMALL, time, Posix.lazy())) {
      keeper.tick();
      directory.write("b\n" + nuls + "c\n");
      keeper.tick();
      assertThat(texts(directory.log().since(Instant.EPOCH)))
          .containsExactly("a", nuls.strip(), "b", nuls.strip(), "c");
    }
  }

  @Test
  void partsExpireByCount() throws IOException {
    try (LogKeeper keeper = directory.keeper(SMALL.withMaxParts(3), time, Posix.lazy())) {
      directory.writeNumbers(1, 2000);
      keeper.tick();
      keeper.tick();
    }
    assertThat(directory.files().parts()).hasSize(3);
    List<String> kept = texts(directory.log().since(Instant.EPOCH));
    assertThat(kept).isEqualTo(numbers(2001 - kept.size(), 2000));
  }

  @Test
  void partsExpireByAge() throws IOException {
    LogPolicy daily = SMALL.withMaxAge(Duration.ofDays(1));
    try (LogKeeper keeper = directory.keeper(daily, time, Posix.lazy())) {
      directory.writeNumbers(1, 500);
      keeper.tick();
      assertThat(directory.files().parts()).isNotEmpty();
      time.advance(Duration.ofHours(23));
      keeper.tick();
      assertThat(directory.files().parts()).isNotEmpty();
      time.advance(Duration.ofHours(2));
      keeper.tick();
    }
    assertThat(directory.files().parts()).isEmpty();
    assertThat(texts(directory.log().tail(1))).containsExactly(LogDirectory.number(500));
  }

  @Test
  void somebodyElsesFilesAreLeftAlone() throws IOException {
    Path foreign = directory.path().resolve("out-of-memory.log");
    Files.writeString(foreign, "mine");
    try (LogKeeper keeper = directory.keeper(SMALL.withMaxParts(1), time, Posix.lazy())) {
      directory.writeNumbers(1, 2000);
      keeper.tick();
    }
    assertThat(foreign).exists();
  }

  @Test
  void aFullDiskLosesNothingAndIsTriedAgain() throws IOException {
    FaultyPosix posix = new FaultyPosix();
    posix.failing(true);
    directory.writeNumbers(1, 1000);
    try (LogKeeper keeper = directory.keeper(SMALL, time, posix)) {
      assertThat(keeper.tick()).isEqualTo(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      assertThat(keeper.tick()).isEqualTo(Duration.ofSeconds(1));
      time.advance(Duration.ofSeconds(1));
      assertThat(texts(directory.log().since(Instant.EPOCH))).isEqualTo(numbers(1, 1000));
      posix.failing(false);
      keeper.tick();
      assertThat(liveBytes()).isLessThanOrEqualTo(4096);
    }
    assertThat(directory.names()).noneMatch(name -> name.startsWith("."));
    assertThat(directory.concatenated().lines().toList()).isEqualTo(numbers(1, 1000));
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsTriedAgain() throws IOException {
    Path index = directory.files().index();
    Files.createDirectory(index);
    directory.writeNumbers(1, 1000);
    try (LogKeeper keeper = directory.keeper(SMALL, time, Posix.lazy())) {
      assertThat(keeper.tick()).isEqualTo(Duration.ofSeconds(1));
      Files.delete(index);
      keeper.tick();
    }
    assertThat(directory.files().parts()).isNotEmpty();
  }

  @Test
  void aFileThatSomebodyEmptiedIsKeptFromThereOn() throws IOException {
    try (LogKeeper keeper = directory.keeper(SMALL, time, Posix.lazy())) {
      directory.writeNumbers(1, 300);
      keeper.tick();
      int kept = texts(directory.log().since(Instant.EPOCH)).size();
      assertThat(kept).isEqualTo(300);
      try (FileChannel live =
          FileChannel.open(directory.files().live(), StandardOpenOption.WRITE)) {
        live.truncate(0);
      }
      keeper.tick();
      directory.writeNumbers(301, 800);
      time.advance(Duration.ofSeconds(1));
      keeper.tick();
    }
    assertThat(texts(directory.log().tail(500))).isEqualTo(numbers(301, 800));
  }

  @Test
  void aQuietFileIsLookedAtOnceASecondAndAFastOneMoreOften() throws IOException {
    LogPolicy policy = SMALL.withMaxBytes(1_000_000);
    try (LogKeeper keeper = directory.keeper(policy, time, Posix.lazy())) {
      time.advance(Duration.ofSeconds(1));
      directory.write("x".repeat(99) + "\n");
      assertThat(keeper.tick()).isEqualTo(Duration.ofSeconds(1));
      time.advance(Duration.ofMillis(100));
      directory.write(("x".repeat(99) + "\n").repeat(4000));
      assertThat(keeper.tick()).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
      time.advance(Duration.ofMillis(1));
      directory.write(("x".repeat(99) + "\n").repeat(5000));
      assertThat(keeper.tick()).isEqualTo(Duration.ofMillis(50));
      time.advance(Duration.ofSeconds(1));
      assertThat(keeper.tick()).isEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void theIndexStaysSmallAndStillLeadsToTheInstant() throws IOException {
    Instant start = time.now();
    try (LogKeeper keeper = directory.keeper(LogPolicy.defaults(), time, Posix.lazy())) {
      for (int i = 0; i < 40_000; i++) {
        directory.write("tick\n");
        time.advance(Duration.ofSeconds(1));
        keeper.tick();
      }
    }
    assertThat(Files.size(directory.files().index())).isLessThan(1 << 20);
    assertThat(directory.log().since(start.plusSeconds(39_990).plusMillis(1))).hasSize(10);
    assertThat(directory.log().since(start.plusSeconds(20_000)).size()).isBetween(20_000, 20_010);
  }

  @Test
  void theHeaderIsOneLineOfTextThatIsReadBackOrRefused() {
    Move move =
        new Move(Move.Phase.MOVED, 1_763_654_400_123L, 12_345, new Move.Collapse(8192, 12_346));
    IndexHeader header = new IndexHeader(7, 1L << 40, 4095, move);
    byte[] line = header.encode();
    assertThat(line).hasSize(128).endsWith('\n');
    assertThat(new String(line, UTF_8)).startsWith("luhproc-index 1 m 00000000007 ");
    assertThat(IndexHeader.decode(line)).isEqualTo(header);
    for (int i = 0; i < 127; i++) {
      byte[] torn = line.clone();
      torn[i] ^= 1;
      assertThat(IndexHeader.decode(torn)).as("byte %s flipped", i).isNull();
    }
  }
}
