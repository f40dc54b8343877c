package io.luhproc.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;

/** Creates named pipes. Opening one blocks until the other end is opened. */
public final class NamedPipes {
  private NamedPipes() {}

  /** Creates a named pipe and returns its path. */
  public static Path create(Path path) throws IOException {
    Process mkfifo = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
    try {
      assertThat(mkfifo.waitFor()).isZero();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return path;
  }
}
