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
 * Compares who has the pid right before each signal.
 *
 * <p>TERM and KILL go through {@link ProcessHandle}, which compares the start time once more inside
 * and needs no native code of ours; every other signal goes through {@link Posix}, whose first call
 * takes up to 400 ms.
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
              + "; does it run as another user?",
          e);
    }
  }

  /** Returns whether the kernel took it. */
  private boolean deliver(ProcessStat target, Signal signal) throws IOException {
    if (!ProcessIdentity.isValidPid(target.pid())) {
      throw new IllegalArgumentException("pid (" + target.pid() + ") must never be signalled");
    }
    // First the handle, which remembers a start time, then our look: whoever comes later than
    // our look is not who the handle remembers.
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
      // Signal 0 is none, see kill(2).
      boolean ignored = posix.kill(table.currentPid(), 0);
    } catch (IOException ignored) {
      // The signal that is sent next will tell.
    }
  }

  private static void warn(long target, Signal signal, IOException e) {
    // Whoever cannot be signalled is seen to be alive at the end; the logger is made only here
    // because most stops never need one.
    LoggerFactory.getLogger(IdentityCheckedSignalSender.class)
        .warn("cannot send {} to process {}: {}", signal, target, e.getMessage());
  }
}
