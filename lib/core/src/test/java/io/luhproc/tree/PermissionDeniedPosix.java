package io.luhproc.tree;

import io.luhproc.posix.Posix;
import java.io.IOException;
import java.nio.file.Path;

/** Fails every call as if permission were denied. */
final class PermissionDeniedPosix implements Posix {
  @Override
  public boolean kill(long pid, int signal) throws IOException {
    throw new IOException("kill(" + pid + ", " + signal + ") failed: Operation not permitted");
  }

  @Override
  public void setsid() throws IOException {
    throw new IOException("setsid() failed: Operation not permitted");
  }

  @Override
  public boolean punchHole(Path file, long offset, long length) {
    return false;
  }

  @Override
  public boolean collapseRange(Path file, long offset, long length) {
    return false;
  }
}
