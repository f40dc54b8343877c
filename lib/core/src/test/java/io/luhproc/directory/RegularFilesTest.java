package io.luhproc.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegularFilesTest {
  private static final int READS = 20_000;

  @TempDir Path folder;

  @Test
  void fileThatIsDeletedBetweenLookAndOpenIsMissing() throws Exception {
    Path file = folder.resolve("file");
    AtomicBoolean done = new AtomicBoolean();
    Thread writer = new Thread(() -> createAndDelete(file, done));
    writer.start();
    int missing = 0;
    try {
      for (int i = 0; i < READS; i++) {
        missing += readOrMissing(file);
      }
    } finally {
      done.set(true);
      writer.join();
    }
    assertThat(missing).isBetween(1, READS - 1);
  }

  private static int readOrMissing(Path file) throws IOException {
    try {
      byte[] ignored = RegularFiles.read(file, 100);
      return 0;
    } catch (NoSuchFileException expected) {
      return 1;
    }
  }

  private static void createAndDelete(Path file, AtomicBoolean done) {
    try {
      while (!done.get()) {
        Path ignored = Files.writeString(file, "text");
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void atMostTheLimitIsRead() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "0123456789");

    assertThat(RegularFiles.read(file, 4)).isEqualTo("0123".getBytes(US_ASCII));
  }

  @Test
  void linkAndDirectoryAreRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "text");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);

    for (Path other : new Path[] {link, folder}) {
      assertThatThrownBy(() -> RegularFiles.read(other, 4))
          .isInstanceOf(IOException.class)
          .hasMessage(other + " is not a regular file");
    }
  }
}
