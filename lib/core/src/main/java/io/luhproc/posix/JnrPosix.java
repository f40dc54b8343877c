package io.luhproc.posix;

import java.io.IOException;
import java.nio.file.Path;
import jnr.constants.platform.Errno;
import jnr.constants.platform.OpenFlags;
import jnr.ffi.LibraryLoader;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** Makes the calls through jnr-posix; fallocate(2), which it lacks, through jnr-ffi. */
final class JnrPosix implements Posix {
  // linux/falloc.h
  private static final int FALLOC_FL_KEEP_SIZE = 0x01;
  private static final int FALLOC_FL_PUNCH_HOLE = 0x02;
  private static final int FALLOC_FL_COLLAPSE_RANGE = 0x08;

  private final POSIX posix;
  private final Fallocate libc;

  private JnrPosix(POSIX posix, Fallocate libc) {
    this.posix = posix;
    this.libc = libc;
  }

  static JnrPosix load() {
    return NativeAccess.loadSerially(
        () ->
            new JnrPosix(
                POSIXFactory.getNativePOSIX(), LibraryLoader.create(Fallocate.class).load("c")));
  }

  @Override
  public boolean kill(long pid, int signal) throws IOException {
    if (posix.kill(pid, signal) == 0) {
      return true;
    }
    Errno errno = lastErrno();
    if (errno == Errno.ESRCH) {
      return false;
    }
    throw new IOException(
        "cannot send signal " + signal + " to " + pid + ": " + errno.description());
  }

  @Override
  public void setsid() throws IOException {
    if (posix.setsid() < 0) {
      throw new IOException("cannot create a session: " + lastErrno().description());
    }
  }

  @Override
  public boolean punchHole(Path file, long offset, long length) throws IOException {
    return fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
  }

  @Override
  public boolean collapseRange(Path file, long offset, long length) throws IOException {
    return fallocate(file, FALLOC_FL_COLLAPSE_RANGE, offset, length);
  }

  private boolean fallocate(Path file, int mode, long offset, long length) throws IOException {
    int flags = OpenFlags.O_RDWR.intValue() | OpenFlags.O_CLOEXEC.intValue();
    int fd = posix.open(file.toString(), flags, 0);
    if (fd < 0) {
      throw new IOException("cannot open " + file + ": " + lastErrno().description());
    }
    try {
      return libc.fallocate(fd, mode, offset, length) == 0 || isUnsupported(file, mode);
    } finally {
      posix.close(fd);
    }
  }

  private boolean isUnsupported(Path file, int mode) throws IOException {
    int errno = posix.errno();
    // EOPNOTSUPP and ENOTSUP have the same value on Linux, so compare numbers, not constants.
    boolean isUnsupported =
        errno == Errno.EOPNOTSUPP.intValue()
            || errno == Errno.ENOSYS.intValue()
            || (errno == Errno.EINVAL.intValue() && mode == FALLOC_FL_COLLAPSE_RANGE);
    if (isUnsupported) {
      return false;
    }
    throw new IOException(
        "cannot fallocate " + file + " (mode " + mode + "): " + Errno.valueOf(errno).description());
  }

  private Errno lastErrno() {
    return Errno.valueOf(posix.errno());
  }

  /** Binds fallocate(2); off_t has 64 bits on every 64-bit Linux. */
  public interface Fallocate {
    int fallocate(int fd, int mode, long offset, long length);
  }
}
