package io.luhproc.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.LuhprocException;
import io.luhproc.log.rotate.LogMaintainer;
import io.luhproc.log.rotate.TempLogDirectory;
import io.luhproc.posix.Posix;
import io.luhproc.testing.NamedPipes;
import io.luhproc.testing.VirtualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Another thing in place of a log. The target of a symbolic link is neither read nor changed. */
final class IrregularLogTest {
  @TempDir private Path folder;
  private TempLogDirectory directory;
  private Path secret;

  @BeforeEach
  void createDirectory() throws IOException {
    directory = TempLogDirectory.createOnDisk();
    secret = Files.writeString(folder.resolve("secret"), "secret\n".repeat(10_000));
  }

  @AfterEach
  void deleteDirectory() throws IOException {
    directory.close();
  }

  private Path createLink(LogStream stream) throws IOException {
    Path file = directory.path().resolve(stream.fileName());
    Files.deleteIfExists(file);
    return Files.createSymbolicLink(file, secret);
  }

  static Stream<Consumer<ProcessLog>> readers() {
    return Stream.of(
        log -> log.tail(10),
        ProcessLog::snapshot,
        log -> log.since(Instant.EPOCH),
        log -> log.forEachSince(Instant.EPOCH, line -> {}),
        log -> log.follow(line -> {}).close(),
        log -> log.followFromTail(10, line -> {}).close(),
        log -> log.followSince(Instant.EPOCH, line -> {}).close());
  }

  @ParameterizedTest
  @MethodSource("readers")
  void everyReaderRefusesSymlinkedLog(Consumer<ProcessLog> reader) throws IOException {
    for (LogStream stream : LogStream.values()) {
      Path link = createLink(stream);
      assertRefused(() -> reader.accept(directory.log().stream(stream)), link);
      assertRefused(() -> reader.accept(directory.log().both()), link);
      Files.delete(link);
      reader.accept(directory.log().both());
    }
  }

  private static void assertRefused(ThrowingCallable read, Path link) {
    assertThatThrownBy(read)
        .isInstanceOf(LuhprocException.class)
        .hasMessage(
            "cannot read a log: "
                + link
                + " is a symbolic link, which luhproc never follows; remove it");
  }

  @ParameterizedTest
  @MethodSource("readers")
  void everyReaderRefusesPipeAndDirectory(Consumer<ProcessLog> reader) throws IOException {
    Path file = directory.path().resolve(LogStream.OUT.fileName());
    Path ignored = NamedPipes.create(file);
    assertNotRegular(() -> reader.accept(directory.log()), file, "pipe, socket or device");
    Files.delete(file);
    Files.createDirectory(file);
    assertNotRegular(() -> reader.accept(directory.log().both()), file, "directory");
  }

  private static void assertNotRegular(ThrowingCallable read, Path file, String kind) {
    assertThatThrownBy(read)
        .isInstanceOf(LuhprocException.class)
        .hasMessage(
            "cannot read a log: "
                + file
                + " is a "
                + kind
                + " instead of a regular file; remove it");
  }

  @Test
  void danglingSymlinkIsRefused() throws IOException {
    Path link = createLink(LogStream.OUT);
    Files.delete(secret);
    assertRefused(() -> directory.log().tail(1), link);
  }

  @Test
  void symlinkTargetIsUnchangedByMaintainer() throws IOException {
    Path link = createLink(LogStream.OUT);
    LogPolicy small = LogPolicy.defaults().withMaxBytes(4096);
    try (LogMaintainer maintainer = directory.maintainer(small, new VirtualTime(), Posix.lazy())) {
      for (int i = 0; i < 5; i++) {
        maintainer.tick();
      }
    }
    assertThat(secret).hasSize(70_000);
    assertThat(link).isSymbolicLink();
  }
}
