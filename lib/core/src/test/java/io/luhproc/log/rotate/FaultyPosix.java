package io.luhproc.log.rotate;

import io.luhproc.posix.Posix;
import java.io.IOException;
import java.nio.file.Path;

/** Posix calls of a file system that lacks operations or fails for a while. */
final class FaultyPosix implements Posix {
  private final Posix real = Posix.lazy();
  private boolean canPunch = true;
  private boolean canCollapse = true;
  private boolean failing;

  FaultyPosix withoutCollapse() {
    canCollapse = false;
    return this;
  }

  FaultyPosix withoutPunch() {
    canPunch = false;
    return this;
  }

  void setFailing(boolean now) {
    failing = now;
  }

  @Override
  public boolean kill(long pid, int signal) {
    throw new AssertionError("a maintainer sends no signals");
  }

  @Override
  public void setsid() {
    throw new AssertionError("a maintainer creates no session");
  }

  @Override
  public boolean punchHole(Path file, long offset, long length) throws IOException {
    failIfRequested();
    return canPunch && real.punchHole(file, offset, length);
  }

  @Override
  public boolean collapseRange(Path file, long offset, long length) throws IOException {
    failIfRequested();
    return canCollapse && real.collapseRange(file, offset, length);
  }

  private void failIfRequested() throws IOException {
    if (failing) {
      throw new IOException("No space left on device, injected");
    }
  }
}
