package io.luhproc.directory;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.spawn.ChildProcess;
import io.luhproc.spawn.LaunchRequest;
import io.luhproc.spawn.Launcher;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * Launches a process into its directory, in an order that leaves nothing unknown whenever the
 * launcher is killed: describe the launch without an identity and forget the old pid; launch;
 * describe it with its identity; record the pid. Whoever finds a launch without an identity looks
 * for a process that carries the directory's cookie, see {@link LivingProcess}. To be called with
 * the directory's lock held.
 */
public final class RecordedLaunch {
  private final Launcher launcher;
  private final ProcessTable table;

  /** Creates one that launches by a launcher and reads identities from a table. */
  public RecordedLaunch(Launcher launcher, ProcessTable table) {
    this.launcher = launcher;
    this.table = table;
  }

  /** Makes what a launch finds in its directory: empty log files where there are none, no pid. */
  public static void prepare(ProcessDirectory directory) {
    directory.createLogs();
    directory.putPidAside();
  }

  /**
   * Launches a process.
   *
   * @param description what it is, without an identity
   * @return the process and its description with the identity
   * @throws io.luhproc.process.SpawnException when it cannot be started
   * @throws LuhprocException when it cannot be recorded; it has been killed then
   */
  public Launched launch(
      ProcessDirectory directory, Description description, LaunchRequest request) {
    Held former = new Held();
    try {
      directory.holdDescription(former);
      directory.describe(description);
      directory.holdDescription(former);
      return launch(directory, description, launcher.launch(request), former);
    } catch (RuntimeException | Error e) {
      former.close();
      throw e;
    }
  }

  private Launched launch(
      ProcessDirectory directory, Description description, ChildProcess child, Held former) {
    try {
      return new Launched(child, record(directory, description, child.pid()), former);
    } catch (RuntimeException | Error e) {
      // What cannot be recorded cannot be found again.
      child.kill();
      throw e;
    }
  }

  /** First the identity, then the pid: a worker that reads its pid knows that the rest stands. */
  private Description record(ProcessDirectory directory, Description description, long pid) {
    // A zombie counts here: a process that died at once is still the one that was launched.
    Optional<ProcessStat> entry = table.find(pid);
    Description launched =
        entry.isPresent() ? description.withIdentity(table.identityOf(entry.get())) : description;
    directory.describe(launched);
    directory.recordPid(pid);
    return launched;
  }

  /**
   * What was launched; to be closed, which waits for the disk, when nobody waits for it.
   *
   * @param child what closing leaves alone
   * @param description what the directory says of it now
   * @param former holds what the directory said before and during the launch
   */
  public record Launched(ChildProcess child, Description description, Closeable former)
      implements Closeable {
    @Override
    public void close() {
      try {
        former.close();
      } catch (IOException ignored) {
        // It was only held, neither read nor written.
      }
    }
  }
}
