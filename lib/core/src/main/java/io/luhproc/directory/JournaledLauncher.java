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
 * for a process that carries the directory's cookie, see {@link ProcessFinder}. To be called with
 * the directory's lock held.
 */
public final class JournaledLauncher {
  private final Launcher launcher;
  private final ProcessTable table;

  /** Creates one that launches by a launcher and reads identities from a table. */
  public JournaledLauncher(Launcher launcher, ProcessTable table) {
    this.launcher = launcher;
    this.table = table;
  }

  /** Makes what a launch finds in its directory: empty log files where there are none, no pid. */
  public static void prepare(ProcessDirectory directory) {
    directory.createLogFiles();
    directory.stashPid();
  }

  /**
   * Launches a process.
   *
   * @param record what it is, without an identity
   * @return the process and its description with the identity
   * @throws io.luhproc.process.SpawnException when it cannot be started
   * @throws LuhprocException when it cannot be recorded; it has been killed then
   */
  public Launched launch(ProcessDirectory directory, ProcessRecord record, LaunchRequest request) {
    OpenHandles handles = new OpenHandles();
    try {
      directory.pinRecord(handles);
      directory.writeRecord(record);
      directory.pinRecord(handles);
      return launch(directory, record, launcher.launch(request), handles);
    } catch (RuntimeException | Error e) {
      handles.close();
      throw e;
    }
  }

  private Launched launch(
      ProcessDirectory directory, ProcessRecord record, ChildProcess child, OpenHandles handles) {
    try {
      return new Launched(child, recordIdentity(directory, record, child.pid()), handles);
    } catch (RuntimeException | Error e) {
      // What cannot be recorded cannot be found again.
      child.kill();
      throw e;
    }
  }

  /** First the identity, then the pid: a worker that reads its pid knows that the rest stands. */
  private ProcessRecord recordIdentity(ProcessDirectory directory, ProcessRecord record, long pid) {
    // A zombie counts here: a process that died at once is still the one that was launched.
    Optional<ProcessStat> entry = table.find(pid);
    ProcessRecord launched =
        entry.isPresent() ? record.withIdentity(table.identityOf(entry.get())) : record;
    directory.writeRecord(launched);
    directory.writePid(pid);
    return launched;
  }

  /**
   * What was launched; to be closed, which waits for the disk, when nobody waits for it.
   *
   * @param child what closing leaves alone
   * @param record what the directory says of it now
   * @param previousRecords holds what the directory said before and during the launch
   */
  public record Launched(ChildProcess child, ProcessRecord record, Closeable previousRecords)
      implements Closeable {
    @Override
    public void close() {
      try {
        previousRecords.close();
      } catch (IOException ignored) {
        // It was only held, neither read nor written.
      }
    }
  }
}
