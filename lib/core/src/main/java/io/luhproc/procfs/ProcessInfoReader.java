package io.luhproc.procfs;

import io.luhproc.process.ProcessInfo;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the details of single processes. Thread-safe; every call reads anew. */
public interface ProcessInfoReader {

  /** Returns the details of the process, dead or alive, that has a pid now. */
  Optional<ProcessInfo> read(long pid);

  /**
   * Returns the pids of the children of a process in no particular order, including zombies; empty
   * if the process does not exist.
   *
   * <p>Reads the whole process table if the kernel offers no list of children
   * (CONFIG_PROC_CHILDREN) or does not let this user read it.
   */
  List<Long> childPids(long pid);

  /**
   * Returns the proportional set size (PSS) of a process in bytes, see {@code
   * /proc/PID/smaps_rollup}. The kernel walks all pages, which takes milliseconds for a large
   * process.
   *
   * @return empty if the process does not exist, is not readable by this user, or the PSS is
   *     unknown
   */
  OptionalLong pssBytes(long pid);

  /** Returns the reader of this system, based on {@code /proc} or {@link ProcessHandle}. */
  static ProcessInfoReader system() {
    return SystemReaders.InfoReader.INSTANCE;
  }
}
