package io.luhproc.testing;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A daemon that has left its session, has init as its parent, and has no environment.
 *
 * <p>It writes its pid to a file in a folder. Closing kills the daemons of that folder that still
 * run.
 */
public final class HiddenDaemon implements AutoCloseable {
  private static final ProcessTable TABLE = ProcessTable.system();

  private final Path pids;

  private HiddenDaemon(Path pids) {
    this.pids = pids;
  }

  /** Returns the daemons that write their pids to a folder. */
  public static HiddenDaemon in(Path folder) {
    return new HiddenDaemon(folder.resolve("daemons"));
  }

  /** Returns a shell command that starts a daemon and does not wait for it. */
  public String startCommand() {
    return "setsid -f env -i sh -c 'echo $$ >> " + pids + "; exec sleep 600'";
  }

  /** Waits until a number of daemons have been started, and returns the last one. */
  public ProcessIdentity await(int count) {
    Eventually.holds(
        () -> count + " daemons in " + pids(),
        () -> pids().size() == count && TABLE.identify(pids().get(count - 1)).isPresent());
    return TABLE.identify(pids().get(count - 1)).orElseThrow();
  }

  private List<Long> pids() {
    try {
      return Files.exists(pids)
          ? Files.readAllLines(pids).stream().map(Long::valueOf).toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until one daemon has been started and has exited. */
  public void awaitExitOfOne() {
    Eventually.holds(
        () -> "one exited daemon in " + pids(),
        () -> pids().size() == 1 && TABLE.identify(pids().get(0)).isEmpty());
  }

  /** Returns whether a daemon is alive. */
  public static boolean isAlive(ProcessIdentity daemon) {
    return TABLE.isAlive(daemon);
  }

  @Override
  public void close() {
    pids().forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
  }
}
