package io.luhproc.posix;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Chooses between jnr and commands when the first call comes, not before. */
enum LazyPosix implements Posix {
  INSTANCE;

  @Override
  public boolean kill(long pid, int signal) throws IOException {
    if (pid >= -1 && pid <= 1) {
      throw new IllegalArgumentException("pid (" + pid + ") must address one process or one group");
    }
    return Holder.POSIX.kill(pid, signal);
  }

  @Override
  public void setsid() throws IOException {
    Holder.POSIX.setsid();
  }

  @Override
  public boolean punchHole(Path file, long offset, long length) throws IOException {
    return Holder.POSIX.punchHole(file, offset, length);
  }

  @Override
  public boolean collapseRange(Path file, long offset, long length) throws IOException {
    return Holder.POSIX.collapseRange(file, offset, length);
  }

  /** Initialised, and with it jnr, on first use. */
  private static final class Holder {
    static final Posix POSIX = load();

    private static Posix load() {
      if (!NativeAccess.loadsWithoutWarning()) {
        return new ShellPosix();
      }
      try {
        return JnrPosix.load();
      } catch (LinkageError | RuntimeException e) {
        // Its library is unpacked into java.io.tmpdir, which may be full or may execute nothing.
        LoggerFactory.getLogger(LazyPosix.class)
            .debug("jnr cannot be loaded; commands are run instead", e);
        return new ShellPosix();
      }
    }
  }
}
