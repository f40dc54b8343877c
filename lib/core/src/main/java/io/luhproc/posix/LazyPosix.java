package io.luhproc.posix;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Delegates to jnr or to shell commands; the choice is made, and jnr loaded, by the first call. */
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

  /** Loads the implementation when this class is initialized. */
  private static final class Holder {
    static final Posix POSIX = load();

    private static Posix load() {
      if (!NativeAccess.loadsWithoutWarning()) {
        return new ShellPosix();
      }
      try {
        return JnrPosix.load();
      } catch (LinkageError | RuntimeException e) {
        // jffi unpacks its library into java.io.tmpdir, which may be full or mounted noexec.
        LoggerFactory.getLogger(LazyPosix.class)
            .debug("cannot load jnr; shell commands are used instead", e);
        return new ShellPosix();
      }
    }
  }
}
