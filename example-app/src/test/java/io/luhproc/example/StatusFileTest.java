package io.luhproc.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StatusFileTest {
  @TempDir private Path directory;
  private StatusFile file;

  @BeforeEach
  void createFile() {
    file = new StatusFile(directory.resolve("status.properties"));
  }

  @Test
  void writtenStatusIsReadBack() throws IOException {
    IndexStatus status = status("cannot read a\\b=c: ö\nnext");
    file.write(status);
    assertThat(file.read()).contains(status);
    assertThat(directory).isDirectoryContaining("glob:**/status.properties");
    assertThat(directory.toFile().list()).hasSize(1);
  }

  @Test
  void statusIsEmptyWhenFileIsMissing() throws IOException {
    assertThat(file.read()).isEmpty();
  }

  @Test
  void statusIsEmptyWhenFileIsDamaged() throws IOException {
    file.write(status("x"));
    String whole = Files.readString(file.path());
    for (int length = 0; length < whole.length(); length += 7) {
      Files.writeString(file.path(), whole.substring(0, length));
      assertThat(file.read().map(IndexStatus::folder)).isIn(Optional.empty(), folder());
    }
    Files.write(file.path(), new byte[] {(byte) 0xFF, 0, (byte) 0x80});
    assertThat(file.read()).isEmpty();
    Files.writeString(file.path(), "format=1\nfolder=\\u12\n");
    assertThat(file.read()).isEmpty();
  }

  @Test
  void statusIsEmptyWhenFormatIsUnknown() throws IOException {
    file.write(status("x"));
    String other = Files.readString(file.path()).replace("format=1", "format=2");
    Files.writeString(file.path(), other, StandardCharsets.UTF_8);
    assertThat(file.read()).isEmpty();
  }

  private static Optional<Path> folder() {
    return Optional.of(status("x").folder());
  }

  private static IndexStatus status(String error) {
    Map<Counter, Long> counts = new EnumMap<>(Counter.class);
    for (Counter counter : Counter.values()) {
      counts.put(counter, 100L + counts.size());
    }
    return new IndexStatus(
        Path.of("/srv/döcs 🎉"),
        4711,
        Phase.WATCHING,
        Instant.parse("2026-01-02T03:04:05.678Z"),
        Instant.parse("2026-01-02T03:05:00Z"),
        Duration.ofMillis(1234),
        99,
        12,
        3,
        counts,
        Optional.of(error));
  }
}
