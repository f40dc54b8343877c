package io.luhproc.procfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.luhproc.LuhprocException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code ns_last_pid}, see pid_namespaces(7), which needs CONFIG_CHECKPOINT_RESTORE.
 *
 * <p>The last field of {@code /proc/loadavg} has the same number, but lxcfs replaces that file and
 * refreshes it only every few seconds.
 */
final class ProcfsPidCounter implements PidCounter {
  private static final String LAST_FILE = "sys/kernel/ns_last_pid";

  private final String procRoot;
  private final long max;

  private ProcfsPidCounter(String procRoot, long max) {
    this.procRoot = procRoot;
    this.max = max;
  }

  /** Returns the counter of this system; null if the kernel has none or a sandbox hides it. */
  static @Nullable PidCounter open(String procRoot) {
    try {
      ProcfsPidCounter counter =
          new ProcfsPidCounter(procRoot, read(procRoot + "sys/kernel/pid_max", ""));
      return counter.last() > 0 ? counter : null;
    } catch (LuhprocException expected) {
      return null;
    }
  }

  @Override
  public long last() {
    return read(procRoot + LAST_FILE, "");
  }

  @Override
  public long forks() {
    return read(procRoot + "stat", "\nprocesses ");
  }

  @Override
  public long max() {
    return max;
  }

  private static long read(String file, String label) {
    try (InputStream in = new FileInputStream(file)) {
      String text = new String(in.readAllBytes(), ISO_8859_1);
      OptionalLong number = ProcfsParser.numberAfter(text, label);
      if (number.isEmpty()) {
        throw new IOException("unexpected content");
      }
      return number.getAsLong();
    } catch (IOException e) {
      throw new LuhprocException(
          "cannot read " + file + ": " + e.getMessage() + "; check the limit of open files", e);
    }
  }
}
