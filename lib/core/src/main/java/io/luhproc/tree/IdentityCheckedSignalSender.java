package io.luhproc.tree;

import io.luhproc.LuhprocException;
import io.luhproc.posix.Posix;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.procfs.ProcessTable;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Checks the start time of the target immediately before each signal.
 *
 * <p>TERM and KILL are sent through {@link ProcessHandle}, which checks the start time once more
 * and requires no native library. All other signals are sent through {@link Posix}, whose first
 * call takes up to 400 ms.
 */
final class IdentityCheckedSignalSender implements SignalSender {
  private final ProcessTable table;
  private final Posix posix;

  IdentityCheckedSignalSender(ProcessTable table, Posix posix) {
    this.table = table;
    this.posix = posix;
  }

  @Override
  public void send(ProcessStat target, Signal signal) {
    try {
      boolean ignored = deliver(target, signal);
    } catch (IOException e) {
      warn(target.pid(), signal, e);
    }
  }

  @Override
  public boolean sendOrFail(ProcessStat target, Signal signal) {
    try {
      boolean sent = deliver(target, signal);
      if (!sent && table.isAlive(target)) {
        throw new IOException("Operation not permitted");
      }
      return sent;
    } catch (IOException e) {
      throw new LuhprocException(
          "cannot send "
              + signal
              + " to process "
              + target.pid()
              + " ("
              + target.name()
              + "): "
              + e.getMessage()
              + "; check whether it runs as another user",
          e);
    }
  }

  /** Returns whether the kernel accepted the signal. */
  private boolean deliver(ProcessStat target, Signal signal) throws IOException {
    if (!ProcessIdentity.isValidPid(target.pid())) {
      throw new IllegalArgumentException("pid (" + target.pid() + ") must never be signalled");
    }
    // The handle stores the start time before the table is read. If the pid is reused after the
    // read, the start times differ and the handle sends nothing.
    Optional<ProcessHandle> handle = ProcessHandle.of(target.pid());
    if (handle.isEmpty() || !table.isAlive(target)) {
      return false;
    }
    return switch (signal) {
      case TERM -> handle.get().destroy();
      case KILL -> handle.get().destroyForcibly();
      default -> posix.kill(target.pid(), signal.number());
    };
  }

  @Override
  public void killGroup(long group) {
    if (!ProcessIdentity.isValidPid(group)) {
      throw new IllegalArgumentException("group (" + group + ") must never be signalled");
    }
    try {
      boolean ignored = posix.kill(-group, Signal.KILL.number());
    } catch (IOException e) {
      warn(-group, Signal.KILL, e);
    }
  }

  @Override
  public void loadNative() {
    try {
      // Signal 0 only checks for existence, see kill(2).
      boolean ignored = posix.kill(table.currentPid(), 0);
    } catch (IOException ignored) {
      // The next signal reports the failure.
    }
  }

  private static void warn(long target, Signal signal, IOException e) {
    // The result reports the process as alive. The logger is created lazily, because most stops
    // never need it.
    LoggerFactory.getLogger(IdentityCheckedSignalSender.class)
        .warn("cannot send {} to process {}: {}", signal, target, e.getMessage());
  }
}
