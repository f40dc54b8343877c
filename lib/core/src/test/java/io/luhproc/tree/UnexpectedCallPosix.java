package io.luhproc.tree;

import io.luhproc.posix.Posix;
import java.nio.file.Path;

/** Fails a test in which native code is called. */
final class UnexpectedCallPosix implements Posix {
  @Override
  public boolean kill(long pid, int signal) {
    throw new AssertionError("kill(" + pid + ", " + signal + ") was called");
  }

  @Override
  public void setsid() {
    throw new AssertionError("setsid() was called");
  }

  @Override
  public boolean punchHole(Path file, long offset, long length) {
    throw new AssertionError("punchHole was called on " + file);
  }

  @Override
  public boolean collapseRange(Path file, long offset, long length) {
    throw new AssertionError("collapseRange was called on " + file);
  }
}
